"""(l): pictures of clothing a second, made by the generators of chapters 10 and 11 and looked at by their judge; and
how fast the flow network of chapter 11 learns."""

from functools import partial

from course_lib.tools.bench import harness

PICTURES, BATCH, REPEATS = 1000, 64, 5
CLASSES = 10
CODES, STEPS, GUIDANCE = 250, 12, 2.0  # of the flow: codes of a batch, steps from noise, guidance, as in the lesson


def main(record):
    found = harness.child(rates, COURSE_BACKEND="tensorflow")
    print(f"(l) pictures/s of 28x28: {told(found)}", flush=True)
    harness.on_torch("the same on PyTorch", on_torch)
    learning = harness.child(flow_steps, COURSE_BACKEND="tensorflow")
    print(f"    flow network, {CODES} codes at once, training steps/s: {learning:.0f}", flush=True)
    harness.on_torch("the flow network on PyTorch", partial(flow_on_torch, learning))


def on_torch():
    return f"the same on PyTorch: {told(harness.child(rates, COURSE_BACKEND='torch'))}"


def flow_on_torch(ours):
    rate = harness.child(flow_steps, COURSE_BACKEND="torch")
    return f"the flow network on PyTorch: {rate:.0f}, ratio {ours / rate:.2f}"


def told(rates):
    return "; ".join(f"{name} {rate:.0f}" for name, rate in rates.items())


def rates():
    """Pictures/s of the generators of the lessons in making, of the VAE and the GAN in training, and of the judge."""
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    from course_lib import generation
    from course_lib.models import gan, latent, token_model, vae, vq

    generator = np.random.default_rng(0)
    given = {
        "images": generator.uniform(size=(BATCH, 28, 28, 1)).astype("float32"),
        "labels": generator.integers(CLASSES, size=BATCH),
    }
    wanted = np.arange(PICTURES) % CLASSES
    makers = {
        "VAE": vae.VAE(classes=CLASSES),
        "GAN": gan.GAN(gan.generator(classes=CLASSES), gan.discriminator(classes=CLASSES, spectral=True)),
    }
    ways = {f"{name} makes": (PICTURES, partial(model.generate, wanted)) for name, model in makers.items()}
    flowing, (_, decoder) = _flow(), latent.shipped()
    from_noise = lambda: decoder.predict(flowing.generate(wanted, STEPS, GUIDANCE), batch_size=500, verbose=0)
    quantizer, writer = vq.VQ(), token_model.token_model()
    from_tokens = lambda: quantizer.decode(token_model.sample(writer, wanted[:BATCH]))
    ways |= {"latent flow makes": (PICTURES, from_noise), "tokens make": (BATCH, from_tokens)}
    for name, model in makers.items():
        model.compile(keras.optimizers.Adam(1e-4))
        ways[f"{name} learns from"] = (BATCH, partial(model.train_on_batch, given))
    judge = generation.Judge()
    ways["judge"] = (PICTURES, partial(judge.look, judge.real[:PICTURES]))
    seconds = harness.turns([action for _, action in ways.values()], REPEATS)
    return {name: count / one for (name, (count, _)), one in zip(ways.items(), seconds)}


def _flow():
    from course_lib.models import denoiser, flow, latent

    return flow.Flow(denoiser.denoiser(latent.CODE, classes=CLASSES), classes=CLASSES)


def flow_steps():
    """Training steps/s of the network that makes codes."""
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    from course_lib.models import latent

    random, model = np.random.default_rng(0), _flow()
    given = {
        "x": random.normal(size=(CODES, latent.CODE)).astype("float32"),
        "labels": random.integers(CLASSES, size=CODES),
    }
    model.compile(keras.optimizers.Adam(1e-3))
    several = lambda: [model.train_on_batch(given) for _ in range(20)]
    [seconds] = harness.turns([several], REPEATS)
    return 20 / seconds
