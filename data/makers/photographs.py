"""Six photographs from scikit-image and scikit-learn, made smaller."""

import functools
import io

from PIL import Image

from . import File, pip

SKIMAGE, SKLEARN = pip("scikit-image==0.26.0"), pip("scikit-learn==1.9.1")


def skimage(name):
    from skimage import data

    return getattr(data, name)()


def sklearn(name):
    from sklearn import datasets

    return datasets.load_sample_image(name)


def make(read, name, size):
    content = io.BytesIO()
    image = Image.fromarray(read(name)).resize(size, Image.Resampling.LANCZOS)
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


FILES = {
    "astronaut.png": File(
        functools.partial(make, skimage, "astronaut", (256, 256)),
        needs=(SKIMAGE,),
        licence="public domain",
        licence_file="licences/astronaut.txt",
        origin="scikit-image, skimage.data.astronaut(), photograph by NASA, https://flic.kr/p/r9qvLn",
        what="the astronaut Eileen Collins in her suit, 256x256 RGB",
    ),
    "cat.png": File(
        functools.partial(make, skimage, "chelsea", (300, 200)),
        needs=(SKIMAGE,),
        licence="CC0-1.0",
        licence_file="licences/cat.txt",
        origin="scikit-image, skimage.data.chelsea(), photograph by Stefan van der Walt",
        what="the face of the cat Chelsea, 300x200 RGB",
    ),
    "china.png": File(
        functools.partial(make, sklearn, "china.jpg", (300, 200)),
        needs=(SKLEARN,),
        licence="CC-BY-2.0",
        licence_file="licences/china.txt",
        origin=(
            "scikit-learn, load_sample_image('china.jpg'), photograph by danielbuechele, "
            "https://www.flickr.com/photos/danielbuechele/6061409035/"
        ),
        what="a temple of the Summer Palace in Beijing, 300x200 RGB",
    ),
    "coffee.png": File(
        functools.partial(make, skimage, "coffee", (300, 200)),
        needs=(SKIMAGE,),
        licence="CC0-1.0",
        licence_file="licences/coffee.txt",
        origin="scikit-image, skimage.data.coffee(), photograph by Rachel Michetti, courtesy of Pikolo Espresso Bar",
        what="a cup of coffee on a wooden table, 300x200 RGB",
    ),
    "flower.png": File(
        functools.partial(make, sklearn, "flower.jpg", (300, 200)),
        needs=(SKLEARN,),
        licence="CC-BY-2.0",
        licence_file="licences/flower.txt",
        origin=(
            "scikit-learn, load_sample_image('flower.jpg'), photograph by vultilion, "
            "https://www.flickr.com/photos/vultilion/6056698931/"
        ),
        what="a red flower, 300x200 RGB",
    ),
    "rocket.png": File(
        functools.partial(make, skimage, "rocket", (300, 200)),
        needs=(SKIMAGE,),
        licence="public domain",
        licence_file="licences/rocket.txt",
        origin=(
            "scikit-image, skimage.data.rocket(), photograph by SpaceX, "
            "https://www.flickr.com/photos/spacexphotos/16511594820/"
        ),
        what="a Falcon 9 rocket lifting off with the satellite DSCOVR, 300x200 RGB",
    ),
}
