"""(l): pictures a second, made by the generators of chapters 10 and 11 and looked at by their judge; and how fast the
flow network of chapter 11 learns."""

from functools import partial

import numpy as np

from course_lib.tools.bench import harness

PICTURES, BATCH, REPEATS = 1000, 64, 5
CLASSES = 10
CODES, STEPS, GUIDANCE = 250, 12, 2.0  # of the flow: codes of a batch, steps from noise, guidance, as in the lesson


def main(record):
    found = harness.child(rates, COURSE_BACKEND="tensorflow")
    print(f"(l) pictures/s, of 28x28 where not told: {told(found)}", flush=True)
    harness.on_torch("the same on PyTorch", on_torch)
    learning = harness.child(flow_steps, COURSE_BACKEND="tensorflow")
    print(f"    flow network, {CODES} codes at once, training steps/s: {learning:.0f}", flush=True)
    harness.on_torch("the same in plain PyTorch", partial(flow_on_torch, learning))


def on_torch():
    return f"the same on PyTorch: {told(harness.child(rates, COURSE_BACKEND='torch'))}"


def flow_on_torch(ours):
    rate = harness.child(torch_flow_steps)
    return f"the same in plain PyTorch: {rate:.0f}, ratio {ours / rate:.2f}"


def told(rates):
    return "; ".join(f"{name} {rate:.0f}" for name, rate in rates.items())


def rates():
    """Pictures/s of the generators of the lessons in making, of the VAE and the GAN in training, and of the judge."""
    import course_lib

    course_lib.start(precision="float32")
    import keras

    from course_lib import generation
    from course_lib.data import coloured_shapes as shapes
    from course_lib.models import gan, latent, text_to_image, token_model, vae, vq

    generator = np.random.default_rng(0)
    given = {
        "images": generator.uniform(size=(BATCH, 28, 28, 1)).astype("float32"),
        "labels": generator.integers(CLASSES, size=BATCH),
    }
    wanted = np.arange(PICTURES) % CLASSES
    remedies = {"spectral": True, "statistics": True}  # as in the lesson
    makers = {
        "VAE": vae.VAE(classes=CLASSES),
        "GAN": gan.GAN(gan.generator(classes=CLASSES), gan.discriminator(classes=CLASSES, **remedies)),
    }
    ways = {f"{name} makes": (PICTURES, partial(model.generate, wanted)) for name, model in makers.items()}
    flowing, (_, decoder) = _flow(), latent.shipped()
    from_noise = lambda: decoder.predict(flowing.generate(wanted, STEPS, GUIDANCE), batch_size=500, verbose=0)
    quantizer, writer = vq.VQ(), token_model.token_model()
    from_tokens = lambda: quantizer.decode(token_model.sample(writer, wanted[:BATCH]))
    network = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS))
    painter = text_to_image.Painter(network, shapes.FACTORS, shapes.words([None])[0])
    captions = shapes.words(shapes.coloured_shapes(BATCH).captions())
    from_words = lambda: shapes.draw(painter.paint(captions))
    ways |= {"latent flow makes": (PICTURES, from_noise), "tokens make": (BATCH, from_tokens)}
    ways["painter makes, of 24x24"] = (BATCH, from_words)
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

    from course_lib.models import latent

    random, model = np.random.default_rng(0), _flow()
    given = {
        "x": random.normal(size=(CODES, latent.CODE)).astype("float32"),
        "labels": random.integers(CLASSES, size=CODES),
    }
    model.compile(keras.optimizers.Adam(1e-3))
    return _steps_per_second(lambda: model.train_on_batch(given))


def _steps_per_second(step):
    [seconds] = harness.turns([lambda: [step() for _ in range(20)]], REPEATS)
    return 20 / seconds


def torch_flow():
    """The same network as `course_lib.models.denoiser` makes, as one writes it in PyTorch."""
    import torch
    from torch import nn

    from course_lib.models import denoiser, latent

    class Denoiser(nn.Module):
        def __init__(self, size, classes, width=192, blocks=3):
            super().__init__()
            self.register_buffer("speeds", torch.logspace(np.log10(0.5), np.log10(denoiser.FASTEST), denoiser.WAVES))
            self.of_time, self.of_class = nn.Linear(2 * denoiser.WAVES, width), nn.Embedding(classes + 1, width)
            self.enter, self.leave = nn.Linear(size, width), nn.Linear(width, size)
            self.told = nn.ModuleList(nn.Linear(width, 3 * width) for _ in range(blocks))
            self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(blocks))
            branch = lambda: nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
            self.branches, self.norm = nn.ModuleList(branch() for _ in range(blocks)), nn.LayerNorm(width)

        def forward(self, x, time, labels):
            angles = time[:, None] * self.speeds
            waves = torch.cat([angles.sin(), angles.cos()], dim=-1)
            condition = nn.functional.silu(self.of_time(waves) + self.of_class(labels))
            x = self.enter(x)
            for told, norm, branch in zip(self.told, self.norms, self.branches):
                scale, shift, gate = told(condition).chunk(3, dim=-1)
                x = x + gate * branch(norm(x) * (1 + scale) + shift)
            return self.leave(self.norm(x))

    return Denoiser(latent.CODE, CLASSES)


def torch_flow_steps():
    """Training steps/s of the same in plain PyTorch."""
    import torch

    from course_lib.models import latent

    torch.manual_seed(0)
    model = torch_flow()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    x, labels = torch.randn(CODES, latent.CODE), torch.randint(CLASSES, (CODES,))

    def step():
        time, noise = torch.rand(CODES), torch.randn_like(x)
        kept = torch.where(torch.rand(CODES) < 0.1, CLASSES, labels)  # classes are forgotten as in ours
        there = (1 - time[:, None]) * noise + time[:, None] * x
        loss = torch.nn.functional.mse_loss(model(there, time, kept), x - noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return _steps_per_second(step)
