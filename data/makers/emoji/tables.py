"""Which emoji belong to which class, which are too alike to be separated by the split, and corrections of their names.

These tables are meant to be read and argued about; data/README.md says how they were made.
"""

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

# Families: concepts that are drawn so alike that one would give the other
# away. All of a line fall into one part of the split.
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

# Where the Korean short name of Unicode names another thing than the picture
# shows, or only a part of what the English one says
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
