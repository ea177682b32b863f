"""What cannot be is one sentence, whichever model is asked for it; and what only looks odd still goes."""

from functools import cache

import keras
import numpy as np
import pytest

from course_lib.data import coloured_shapes as shapes
from course_lib.errors import CourseError
from course_lib.models import (
    asked,
    autoencoder,
    clip,
    denoiser,
    flow,
    gan,
    search,
    seq2seq,
    text_to_image,
    token_model,
    transformer,
    vae,
    vit,
    vq,
)

NOTHING = shapes.words([None])[0]
SENTENCE = np.array([[3, 4]])


@cache
def flowing(classes=0):
    return flow.Flow(denoiser.denoiser(2, classes, 8, 1), classes)


@cache
def vaes(classes=0):
    return vae.VAE(3, classes, (8,), (4, 5, 1))


@cache
def gans(classes=0):
    return gan.GAN(gan.generator(8, classes, 4), gan.discriminator(classes, 4))


@cache
def quantizer():
    return vq.VQ(8, 4)


@cache
def writer():
    return token_model.token_model(20, 5, (1, 16, 2, 16), 9)


@cache
def translating():
    return transformer.transformer(9, (1, 16, 2, 32))


@cache
def painter():
    network = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS), (1, 1, 16, 2, 32))
    return text_to_image.Painter(network, shapes.FACTORS, NOTHING)


def attended(heads):
    return transformer.Attention(heads)(*2 * [np.zeros((2, 5, 20), "float32")])


def shown(brightness):
    """Fit a VAE to pictures whose pixels lie from 0 to this."""
    model = vae.VAE(3, 0, (8,), (4, 5, 1))
    model.compile("adam")
    images = brightness * np.linspace(0, 1, 40).reshape(2, 4, 5, 1)
    return model.fit({"images": images}, verbose=0).history["loss"][0]


SIZES = {
    "unknown": (
        lambda: text_to_image.text_to_image((9,), 20, "huge"),
        "no size 'huge': there are shipped, or give (blo",
    ),
    "no names": (
        lambda: clip.two_towers(20, "big"),
        "size of 'big': expected 5 whole numbers of at least 1, (blocks, wi",
    ),
    "no names either": (lambda: token_model.token_model(size="big"), "expected 4 whole numbers"),
    "too few": (lambda: transformer.transformer(9, (1, 16, 2)), "size of (1, 16, 2): expected 4"),
    "none": (lambda: transformer.transformer(9, (0, 16, 2, 8)), "size of (0, 16, 2, 8)"),
    "negative": (lambda: transformer.transformer(9, (-1, 16, 2, 8)), "size of (-1, 16, 2, 8)"),
    "no head": (lambda: transformer.transformer(9, (1, 16, 0, 8)), "size of (1, 16, 0, 8)"),
    "a number": (lambda: transformer.transformer(9, 3), "size of 3"),
    "halves": (lambda: vit.vit((1, 16, 0.5)), "size of (1, 16, 0.5)"),
    "heads of a painter": (lambda: text_to_image.text_to_image((9,), 20, (1, 1, 30, 4, 8)), "4 heads cannot share a"),
    "heads of captions": (
        lambda: clip.caption_tower(20, (1, 15, 3, 8, 8)),
        "a width of 15: it must be a multiple of them, and",
    ),
    "heads of pictures": (lambda: clip.picture_tower((1, 30, 4, 8, 8)), "4 heads cannot share a width of 30"),
    "heads of tokens": (lambda: token_model.token_model(size=(1, 30, 4, 8)), "4 heads cannot share a width of 30"),
    "heads alone": (lambda: attended(3), "3 heads cannot share a width of 20"),
    "no head alone": (lambda: attended(0), "0 heads cannot share a width of 20"),
    "odd": (lambda: transformer.sinusoids(np.arange(3), 5), "`width`: found 5, expected a multiple of 2"),
}
PARTS = {
    "norm": (lambda: transformer.EncoderBlock(2, 4, norm="Pre"), "`norm`: found 'Pre', expected one of pre, post"),
    "part": (
        lambda: transformer.DecoderBlock(2, 4, without=("heads",)),
        "`without`: found 'heads', expected one of norm,",
    ),
    "generator": (
        lambda: gan.GAN(gan.generator(8, 4, 4), gan.discriminator(0, 4)),
        "knows 4 classes, the discriminator 0",
    ),
    "critic": (
        lambda: gan.GAN(gan.generator(8, 4, 4), gan.discriminator(5, 4)),
        "knows 4 classes, the discriminator 5",
    ),
    "flow": (lambda: flow.Flow(denoiser.denoiser(2, 3, 8, 1)), "the network knows 3 classes, the flow 0"),
    "more of the flow": (
        lambda: flow.Flow(denoiser.denoiser(2, 3, 8, 1), 5),
        "the network knows 3 classes, the flow 5",
    ),
    "all of the flow": (lambda: flow.Flow(denoiser.denoiser(2, 0, 8, 1), 5), "the network knows 0 classes, the flow 5"),
    "file": (lambda: vq.load(quantizer(), "foo"), "`part`: found 'foo', expected one of tokens, vq"),
    "shapes": (lambda: vq.load(quantizer(), "vq"), "the weights of 'vq' do not fit the network vq"),
    "deep": (lambda: autoencoder.directions(autoencoder.autoencoder(3, (7,), (4, 5, 1))), "has hidden layers (1)"),
    "no cache": (lambda: search.translator(seq2seq.seq2seq(9, 4), 5), "no blocks whose keys and values could be kept"),
    "no attention": (lambda: seq2seq.attention_map(seq2seq.seq2seq(9, 4, False)), "does not look back"),
}
WANTED = {
    "missing": (lambda: gans(4).generate(np.int64(3)), "found no classes: this model is told one for each picture, a"),
    "missing, too": (lambda: vaes(4).generate(3), "a number from 0 to 3"),
    "missing codes' classes": (lambda: vaes(4).draw(np.zeros((1, 3))), "found no classes"),
    "missing pictures' classes": (lambda: vae.nats_of_each(vaes(4), np.zeros((1, 4, 5, 1))), "found no classes"),
    "missing in front": (lambda: token_model.sample(writer(), 3), "a number from 0 to 4"),
    "too many": (lambda: vaes().generate([1]), "found classes, and this model knows none"),
    "too many, too": (lambda: flowing().generate([1]), "found classes, and this model knows none"),
    "no such class": (lambda: gans(4).generate([0, 4]), "`labels`: found 4, expected whole numbers from 0 to 3"),
    "no such class either": (
        lambda: flowing(3).generate([0, -1]),
        "`labels`: found -1, expected whole numbers from 0 to 2",
    ),
    "no such velocity": (lambda: flowing(3).velocity([3]), "`labels`: found 3"),
    "no such sentence": (lambda: token_model.sample(writer(), [5]), "`labels`: found 5"),
    "half a class": (lambda: vaes(4).generate([0.5]), "`labels`: found 0.5"),
    "a word": (lambda: gans(4).generate(["shirt"]), "`labels`: found shirt"),
    "nobody": (lambda: gans(4).generate([]), "`wanted`: found 0"),
    "none": (lambda: gans().generate(0), "`wanted`: found 0, expected a whole number of at least 1"),
    "half": (lambda: vaes().generate(2.5), "`wanted`: found 2.5"),
}
GIVEN = {
    "pixels": (lambda: shown(255), "found pixels from 0 to 255: the loss of a VAE needs them between 0 and 1"),
    "no pixels": (lambda: shown(np.nan), "found pixels from nan to nan"),
    "no step": (lambda: flowing().generate(3, steps=0), "`steps`: found 0, expected a whole number of at least 1"),
    "back": (lambda: flow.heun(lambda x, t: x, np.zeros(2), -1), "`steps`: found -1"),
    "late": (lambda: flowing().generate(3, begin=2.0), "`begin`: found 2.0"),
    "nowhere": (lambda: flowing().generate(3, guidance=3), "`guidance`: found 3, which needs classes to guide to"),
    "anywhere": (lambda: flowing(3).generate(3, guidance=3), "`guidance`: found 3"),
    "last": (lambda: quantizer().decode(np.full((1, 49), -1)), "`tokens`: found -1, expected whole numbers from 0 to 7"),
    "some": (lambda: quantizer().decode(np.zeros(50, int)), "`tokens.size`: found 50, expected a multiple of 49"),
    "beyond": (lambda: vq.perplexity([300], 256), "`tokens`: found 300, expected whole numbers from 0 to 255"),
    "begun": (lambda: token_model.sample(writer(), [1], given=[[20]]), "`given`: found 20"),
    "word": (lambda: painter().paint(np.full((1, 12), 999)), f"`words`: found 999, expected whole numbers from 0 to {len(shapes.WORDS) - 1}"),
    "board": (lambda: painter().paint(NOTHING[None], boards=np.full((1, 36, 2), 50)), "`boards`: found 50"),
    "no cache": (lambda: transformer.begin(translating(), SENTENCE, 0), "`longest`: found 0"),
    "full": (lambda: transformer.read_on(translating(), SENTENCE[0, :1], 4, *transformer.begin(translating(), SENTENCE, 4)), "`at`: found 4, expected whole numbers from 0 to 3"),
}  # fmt: skip


@pytest.mark.parametrize(
    "ask, words",
    [
        pytest.param(*case, id=f"{kind}: {name}")
        for kind, cases in {"size": SIZES, "part": PARTS, "wanted": WANTED, "given": GIVEN}.items()
        for name, case in cases.items()
    ],
)
def test_what_cannot_be_is_one_sentence_in_both_languages(ask, words):
    with pytest.raises(CourseError) as found:
        ask()
    [told] = found.value.args
    assert words in told.to("en") and "\n" not in told.to("en")
    assert told.to("ko") != told.to("en")


def test_what_can_be_is_not_refused():
    assert np.isfinite(shown(1))
    assert gans().generate(np.int64(3)).shape == (3, 28, 28, 1) and flowing(3).generate(np.int64(3)).shape == (3, 2)
    np.testing.assert_array_equal(vaes(4).generate([1.0, 3.0]), vaes(4).generate(np.array([[1], [3]])))
    assert flowing().generate(3, guidance=0).shape == flowing(3).generate([0, 1, 2], guidance=3).shape
    assert flow.euler(lambda x, t: x, np.zeros(2), np.int64(1), begin=1.0).shape == (2, 2)
    assert quantizer().decode(np.full((2, 7, 7), 7)).shape == (2, 28, 28, 1)
    logits, _ = transformer.read_on(
        translating(), SENTENCE[0, :1], np.int64(3), *transformer.begin(translating(), SENTENCE, 4)
    )
    assert logits.shape == (1, 9) and attended(5)[0].shape == (2, 5, 20)
    assert transformer.EncoderBlock(2, 4, without=["norm"]).get_config()["without"] == ("norm",)
    again = gan.GAN(*(keras.models.clone_model(network) for network in (gans(4).generator, gans(4).discriminator)))
    assert again.classes == 4


def test_numbers_in_any_form():
    for numbers in ([0, 2], (2.0,), np.array(1), np.array([[True, False]]), np.zeros((0, 3), int)):
        found = asked.within(3, numbers, "numbers")
        assert found.dtype == "int32" and found.shape == np.shape(numbers)
    assert asked.known_size([1, 6, 3], {}, "blocks, width, heads") == (1, 6, 3)
    assert asked.known_size("a", {"a": (1, 6, 3)}, "blocks, width, heads", even=True) == (1, 6, 3)
