"""Make emoji.zip: the same things drawn in three styles, with names in English and Korean, alpha masks and a split.

    python data/emoji.py                 # needs npm and the Pillow of requirements.txt; then: python data/make.py

Four packages of the npm registry are fetched into .course/npm, in the versions named here, and compared with their sha512.
Running it again gives the same bytes. Which emoji belong to which class, and which are too alike to stand on two sides of a
split, is decided by the tables below: they are meant to be read and argued about. data/README.md tells the rest.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".course" / "npm"
SIZE = 64
SHARES = {"test": 0.25, "validation": 0.15}  # of the concepts of each class; the rest is for training
DRAW = "4"  # of eight draws of the split, the one nearest to their mean: data/README.md, "How the split was chosen"

# name and version in the registry, and the integrity the registry states for it
PACKAGES = {
    "google": (
        "emoji-datasource-google@16.0.0",
        "ZRexfzs7MVoLnmzZmNsO4TKhnAJp5D++Vm6PpUpH/jEQQlemp3l88CjZ+DoZ2faM9R4QxZkOPJCoT8DlPhfQ3A==",
    ),
    "twitter": (
        "emoji-datasource-twitter@16.0.0",
        "7F+uCuHH+7Qnrc15P5tnbvKkg9E6tlzi4MnT2uW1RlN4pLYTza6cP/dstIfSDMtpjFLWuZewWg8jBbuL2eyELQ==",
    ),
    "fluent": (
        "@lobehub/fluent-emoji-3d@1.1.0",
        "Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==",
    ),
    "names": (
        "cldr-annotations-full@48.2.0",
        "DV7A+rEcgUSNTRsVGNGqBZRmAkGfwhGHO5Q1dRwzBoBnVrHWp804JP7/QJdEc66iHmx3+zLWVIMCFLm0lW7PUQ==",
    ),
}
IMAGES = {
    "google": "package/img/google/64/{}.png",
    "twitter": "package/img/twitter/64/{}.png",
    "fluent": "package/assets/{}.webp",
}
NAMES = {language: f"package/annotations/{language}/annotations.json" for language in ("en", "ko")}

# class: its Korean name, the subcategories of Unicode it is made of, what is left out of them, what is added to them
CLASSES = {
    "animal": (
        "동물",
        "animal-mammal, animal-bird, animal-amphibian, animal-reptile, animal-marine, animal-bug",
        "paw prints, pig nose, feather, wing, spiral shell, coral, spider web, microbe",
        "",
    ),
    "plant": (
        "식물",
        "plant-flower, plant-other, food-fruit, food-vegetable",
        "white flower, rosette, empty nest, nest with eggs",
        "",
    ),
    "food": (
        "음식",
        "food-prepared, food-asian, food-sweet, drink",
        "cooking, baby bottle, pouring liquid, ice",
        "",
    ),
    "vehicle": (
        "탈것",
        "transport-ground, transport-water, transport-air",
        "station, roller skate, bus stop, motorway, railway track, oil drum, fuel pump, wheel, police car light, "
        "horizontal traffic light, vertical traffic light, stop sign, construction, anchor, ring buoy, parachute, seat",
        "",
    ),
    "place": (
        "건물과 장소",
        "place-geographic, place-building, place-religious, place-other",
        "brick, rock, wood, hot springs, carousel horse, barber pole",
        "motorway, railway track",
    ),
    "clothing": (
        "옷과 장신구",
        "clothing",
        "folding hand fan, hair pick, prayer beads, lipstick, gem stone",
        "martial arts uniform, running shirt, luggage, briefcase",
    ),
    "device": (
        "기기",
        "phone, computer, light & video, music, sound",
        "abacus, film frames, clapper board, magnifying glass tilted left, magnifying glass tilted right, candle, "
        "red paper lantern, diya lamp, musical score, musical note, musical notes, muted speaker, postal horn, bell, bell with slash",
        "watch, alarm clock, stopwatch, timer clock, mantelpiece clock, video game, joystick, satellite antenna, slot machine",
    ),
    "tool": (
        "도구",
        "tool, writing, lock, science, dishware",
        "link, memo, fork and knife with plate, dna, satellite antenna, bomb, locked with pen, locked with key",
        "scissors, straight ruler, triangular ruler, paperclip, pushpin, syringe, stethoscope, crutch, plunger, razor, broom, "
        "bucket, toothbrush, safety pin, sponge, mouse trap, fire extinguisher, magnifying glass tilted left, candle",
    ),
}

# Families: concepts that are drawn so alike that one would give the other away. All of a line fall into one part of the split.
FAMILIES = """
monkey face, monkey
gorilla, orangutan
dog face, dog, guide dog, service dog
cat face, cat, black cat
tiger face, tiger, leopard
horse face, horse, donkey, unicorn, zebra
cow face, cow, ox, water buffalo, bison
pig face, pig, boar
ram, ewe, goat
camel, two-hump camel
elephant, mammoth
mouse face, mouse, rat, hamster
rabbit face, rabbit
bear, polar bear, panda, koala
chicken, rooster, turkey
hatching chick, baby chick, front-facing baby chick
bird, black bird
duck, goose, swan
dragon face, dragon
spouting whale, whale
dolphin, shark
fish, tropical fish, blowfish
crab, lobster, shrimp
octopus, squid
ant, beetle, cockroach, cricket
mosquito, fly
lion, tiger face, tiger, leopard
moose, deer
otter, beaver
badger, skunk, raccoon

rose, wilted flower
cherry blossom, hibiscus, blossom, sunflower
tulip, hyacinth
evergreen tree, deciduous tree
shamrock, four leaf clover
maple leaf, fallen leaf
herb, seedling, leaf fluttering in wind
tangerine, lemon
melon, watermelon
red apple, green apple
pear, avocado
peach, mango
leafy green, broccoli
carrot, hot pepper
peanuts, potato, beans

bread, baguette bread
flatbread, stuffed flatbread, burrito, taco
bagel, doughnut
cooked rice, curry rice, steaming bowl, bowl with spoon, green salad, spaghetti, shaved ice
shallow pan of food, pot of food, fondue
rice cracker, rice ball
soft ice cream, ice cream
birthday cake, shortcake, cupcake
oden, dango
fried shrimp, poultry leg, meat on bone
cut of meat, bacon
wine glass, cocktail glass, tropical drink
beer mug, clinking beer mugs
clinking glasses, tumbler glass
cup with straw, bubble tea
hot beverage, teacup without handle
hamburger, sandwich
takeout box, popcorn, french fries
candy, lollipop
moon cake, cookie

railway car, high-speed train, bullet train, tram car, mountain railway, monorail, suspension railway
train, metro, light rail, tram
bus, oncoming bus, trolleybus, minibus
police car, oncoming police car, taxi, oncoming taxi, automobile, oncoming automobile, sport utility vehicle, pickup truck
ambulance, fire engine, delivery truck, articulated lorry
motorcycle, motor scooter
manual wheelchair, motorized wheelchair
passenger ship, ferry, ship
speedboat, motor boat
airplane, small airplane, airplane departure, airplane arrival
mountain cableway, aerial tramway
bicycle, kick scooter

snow-capped mountain, mountain, mount fuji, volcano
camping, tent
beach with umbrella, desert island
houses, derelict house, house, house with garden, hut
office building, Japanese post office, post office, hospital, bank, hotel, love hotel, convenience store, school, department store
church, wedding
mosque, hindu temple, synagogue, classical building
Japanese castle, castle
cityscape, cityscape at dusk, sunset, night with stars
sunrise, sunrise over mountains, sunset
foggy, bridge at night, night with stars
motorway, railway track

glasses, sunglasses, goggles
lab coat, coat
t-shirt, running shirt, woman’s clothes
dress, kimono, sari, martial arts uniform
one-piece swimsuit, bikini
jeans, shorts, briefs
purse, handbag, clutch bag
luggage, briefcase
man’s shoe, running shoe, hiking boot, flat shoe
high-heeled shoe, woman’s sandal, woman’s boot
military helmet, rescue worker’s helmet, billed cap

mobile phone, mobile phone with arrow, pager
telephone, telephone receiver
battery, low battery
laptop, desktop computer, television
printer, fax machine
computer mouse, trackball
optical disk, dvd, computer disk
movie camera, film projector, video camera
camera, camera with flash
speaker low volume, speaker medium volume, speaker high volume
loudspeaker, megaphone
studio microphone, microphone
level slider, control knobs
alarm clock, stopwatch, timer clock
video game, joystick

hammer, axe, pick, hammer and pick, hammer and wrench, wrench
dagger, crossed swords, kitchen knife
pencil, black nib, fountain pen, pen, paintbrush, crayon
key, old key
locked, unlocked
fork and knife, spoon
straight ruler, triangular ruler
microscope, telescope
chains, hook, clamp
jar, amphora
broom, plunger, toothbrush
paperclip, safety pin
"""

# Where the Korean short name of Unicode names another thing than the picture shows, or only a part of what the English one says
KOREAN = {
    "wolf": "늑대",
    "fox": "여우",
    "raccoon": "라쿤",
    "lion": "사자",
    "unicorn": "유니콘",
    "hamster": "햄스터",
    "bear": "곰",
    "panda": "판다",
    "frog": "개구리",
    "camel": "단봉낙타",
    "two-hump camel": "쌍봉낙타",
    "front-facing baby chick": "정면을 보는 병아리",
    "bug": "애벌레",
    "hibiscus": "히비스커스",
    "rose": "장미",
    "potted plant": "화분에 심은 식물",
    "evergreen tree": "상록수",
    "deciduous tree": "활엽수",
    "herb": "허브",
    "sheaf of rice": "볏단",
    "blossom": "꽃",
    "kiwi fruit": "키위",
    "meat on bone": "뼈에 붙은 고기",
    "stuffed flatbread": "속을 채운 빵",
    "cut of meat": "고깃덩어리",
    "pot of food": "냄비 요리",
    "shallow pan of food": "납작한 냄비 요리",
    "bowl with spoon": "숟가락이 있는 그릇",
    "green salad": "샐러드",
    "rice cracker": "김을 두른 쌀과자",
    "rice ball": "주먹밥",
    "steaming bowl": "김이 나는 국수",
    "roasted sweet potato": "군고구마",
    "shaved ice": "빙수",
    "shortcake": "조각 케이크",
    "chocolate bar": "초콜릿",
    "custard": "커스터드 푸딩",
    "honey pot": "꿀단지",
    "glass of milk": "우유 한 잔",
    "teacup without handle": "찻잔",
    "sake": "사케 병과 잔",
    "bottle with popping cork": "샴페인 병",
    "cocktail glass": "칵테일 잔",
    "tropical drink": "열대 음료",
    "clinking beer mugs": "건배하는 맥주잔",
    "tumbler glass": "위스키 잔",
    "cup with straw": "빨대 꽂은 컵",
    "mountain railway": "산악 열차",
    "railway car": "철도 차량",
    "bullet train": "탄환열차",
    "sport utility vehicle": "SUV",
    "auto rickshaw": "삼륜 택시",
    "suspension railway": "현수식 철도",
    "desert island": "무인도",
    "houses": "주택가",
    "derelict house": "폐가",
    "office building": "사무실 건물",
    "post office": "유럽 우체국",
    "love hotel": "러브호텔",
    "wedding": "결혼식 교회",
    "building construction": "건물 공사장",
    "foggy": "안개 낀 다리",
    "night with stars": "별이 뜬 도시의 밤",
    "cityscape at dusk": "해 질 녘 도시",
    "sunset": "건물 위로 지는 해",
    "bridge at night": "밤의 다리",
    "circus tent": "서커스 천막",
    "safety vest": "안전 조끼",
    "jeans": "청바지",
    "briefs": "삼각팬티",
    "purse": "동전 지갑",
    "clutch bag": "손가방",
    "backpack": "책가방",
    "thong sandal": "플립플롭",
    "ballet shoes": "발레 신발",
    "top hat": "실크해트",
    "rescue worker’s helmet": "구조대원 헬멧",
    "graduation cap": "학사모",
    "crossed swords": "엇갈린 칼",
    "pick": "곡괭이",
    "clamp": "조임틀",
    "white cane": "흰 지팡이",
    "balance scale": "양팔저울",
    "hook": "갈고리",
    "magnifying glass tilted left": "돋보기",
    "locked": "잠긴 자물쇠",
    "jar": "유리병",
    "mobile phone with arrow": "화살표가 있는 휴대전화",
    "laptop": "노트북 컴퓨터",
    "television": "텔레비전",
    "camera with flash": "플래시가 터지는 카메라",
    "video camera": "캠코더",
    "computer disk": "미니디스크",
    "optical disk": "시디",
    "control knobs": "조절 손잡이",
    "level slider": "음량 조절기",
    "speaker low volume": "스피커",
    "speaker medium volume": "소리가 작은 스피커",
    "speaker high volume": "소리가 큰 스피커",
    "video game": "게임 컨트롤러",
    "joystick": "조이스틱",
    "satellite antenna": "접시 안테나",
}
ENGLISH = {
    "magnifying glass tilted left": "magnifying glass",
    "locked": "lock",
    "unlocked": "open lock",
    "ewe": "sheep",
}


def words(line):
    return [word.strip() for word in line.split(",") if word.strip()]


def fetch(name):
    """The files we need of one of the PACKAGES, from the cache or from the registry: path -> bytes."""
    package, integrity = PACKAGES[name]
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / (package.removeprefix("@").replace("/", "-").replace("@", "-") + ".tgz")
    if not path.exists():
        npm = shutil.which("npm") or sys.exit("npm is not here: install it (Debian: sudo apt install npm)")
        subprocess.run([npm, "pack", package, "--pack-destination", str(CACHE)], check=True, stdout=subprocess.DEVNULL)
    found = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if found != integrity:
        sys.exit(f"{path} is not the package it should be (sha512 {found}): remove it and run this again")
    wanted = (
        "package/img/google/64/",
        "package/img/twitter/64/",
        "package/assets/",
        "package/emoji.json",
        *NAMES.values(),
    )
    with tarfile.open(path) as archive:  # in one go: going back in a packed archive means unpacking it anew
        return {member.name: archive.extractfile(member).read() for member in archive if member.name.startswith(wanted)}


def code_of(unified):
    """The name of an emoji's file without the variation selector, which the packages set or leave out as they please."""
    return unified.lower().replace("-fe0f", "")


def catalogue(packages):
    """Every emoji that has a Korean name and all three pictures: English name -> its code, subcategory, Korean name, files."""
    files = {}
    for style, pattern in IMAGES.items():
        folder, ending = pattern.split("{}")
        names = [name for name in packages[style] if name.startswith(folder) and name.endswith(ending)]
        files[style] = {code_of(name.removeprefix(folder).removesuffix(ending)): name for name in names}
    names = {
        language: json.loads(packages["names"][path])["annotations"]["annotations"] for language, path in NAMES.items()
    }
    found = {}
    for entry in json.loads(packages["google"]["package/emoji.json"]):
        code = code_of(entry["unified"])
        sign = "".join(chr(int(part, 16)) for part in code.split("-"))
        drawn = entry["has_img_google"] and entry["has_img_twitter"] and all(code in files[style] for style in files)
        if drawn and sign in names["en"] and sign in names["ko"]:
            english, korean = (names[language][sign]["tts"][0] for language in ("en", "ko"))
            where = {style: files[style][code] for style in files}
            found[english] = {"code": code, "subcategory": entry["subcategory"], "ko": korean, "files": where}
    return found


def choose(found):
    """The concepts of every class: [{name, name_ko, class, family, code, files}], in the order of the code points."""
    homes = {}
    for label, (_, subcategories, left_out, added) in CLASSES.items():
        inside = [name for name, entry in found.items() if entry["subcategory"] in words(subcategories)]
        unknown = set(words(left_out)) - set(inside) | set(words(added)) - set(found)
        if unknown:
            sys.exit(f"{label}: no such emoji here: {', '.join(sorted(unknown))}")
        for name in [name for name in inside if name not in words(left_out)] + words(added):
            if name in homes:
                sys.exit(f"{name} is in two classes, {homes[name]} and {label}")
            homes[name] = label
    family = families(homes)
    concepts = []
    for name, label in homes.items():
        entry = found[name]
        shown = {"name": ENGLISH.get(name, name), "name_ko": KOREAN.get(name, entry["ko"]), "class": label}
        concepts.append({**shown, "family": family[name], "code": entry["code"], "files": entry["files"]})
    useless = KOREAN.keys() - homes.keys()
    if useless:
        sys.exit(f"corrected but not in the set: {', '.join(sorted(useless))}")
    return sorted(concepts, key=lambda concept: concept["code"])


def families(names):
    """Concept -> the first name of its family; lines of FAMILIES that share a name are one family."""
    family = {name: name for name in names}
    for line in filter(None, FAMILIES.splitlines()):
        members = words(line)
        if not family.keys() >= set(members):
            sys.exit(f"a family names what is not in the set: {', '.join(sorted(set(members) - family.keys()))}")
        together = {family[name] for name in members}
        for name in names:
            if family[name] in together:
                family[name] = family[members[0]]
    return family


def split(concepts):
    """Set concept["split"]: class by class, families in an order drawn by hash, into the first part that has room for them."""
    for label in CLASSES:
        members = {}
        for concept in concepts:
            if concept["class"] == label:
                members.setdefault(concept["family"], []).append(concept)
        total = sum(map(len, members.values()))
        room = {part: round(share * total) for part, share in SHARES.items()}
        for family in sorted(members, key=lambda family: digest(DRAW + family)):
            part = next((part for part in room if room[part] >= len(members[family])), "train")
            if part in room:
                room[part] -= len(members[family])
            for concept in members[family]:
                concept["split"] = part


def digest(text):
    """An order that looks random and is the same everywhere, for ever."""
    return hashlib.sha256(text.encode()).hexdigest()


def picture(raw):
    """An image file as SIZE x SIZE RGBA in lossless WebP, black where nothing is seen."""
    with Image.open(io.BytesIO(raw)) as image:
        image = image.convert("RGBA")
    if image.size != (SIZE, SIZE):  # Pillow multiplies by alpha before it averages, so edges keep their colour
        image = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    seen = image.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    image = Image.composite(image, Image.new("RGBA", image.size), seen)
    packed = io.BytesIO()
    image.save(packed, "WEBP", lossless=True, quality=90, method=4)
    return packed.getvalue()


def main():
    packages = {name: fetch(name) for name in PACKAGES}
    concepts = choose(catalogue(packages))
    split(concepts)
    pictures = {}
    for style in IMAGES:
        for concept in concepts:
            pictures[f"{style}/{concept['code']}.webp"] = picture(packages[style][concept["files"][style]])
    for concept in concepts:
        del concept["files"]
    index = {
        "classes": [{"name": label, "name_ko": korean} for label, (korean, *_) in CLASSES.items()],
        "concepts": concepts,
        "order": sorted(pictures, key=digest),  # shuffled once, so that neither styles nor classes stand in blocks
    }
    target = HERE / "emoji.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # WebP is compressed already
        text = json.dumps(index, indent=1, ensure_ascii=False).encode()
        for name, content in {"index.json": text, **pictures}.items():
            entry = zipfile.ZipInfo(name)  # dated 1980: the same bytes whenever it is made
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # and wherever
            archive.writestr(entry, content)
    print(f"{target.name}: {len(concepts)} concepts, {len(pictures)} pictures, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
