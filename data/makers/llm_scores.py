"""llm_scores.json: what SmolLM2 answers to small sets of tasks, always with the likeliest token, for chapter 13.

The sets were written for this course before the model was asked, and nothing was left out afterwards. Whether an
answer is right is decided by `course_lib.llm.scoring`. Where two tokens are nearly equally likely, another processor
may write another answer.
"""

import json

import course_lib
from course_lib import data

from . import File

QUESTIONS = {  # question: accepted
    "What is the capital of France?": ["Paris"],
    "What is the capital of Japan?": ["Tokyo"],
    "What is the capital of South Korea?": ["Seoul"],
    "What is the capital of Australia?": ["Canberra"],
    "What is the capital of Canada?": ["Ottawa"],
    "Which planet is closest to the Sun?": ["Mercury"],
    "Which planet is the largest in the Solar System?": ["Jupiter"],
    "What is the chemical symbol of gold?": ["Au"],
    "What is the chemical formula of water?": ["H2O", "H₂O"],
    "Who wrote the play Romeo and Juliet?": ["Shakespeare"],
    "Who wrote the novel Pride and Prejudice?": ["Austen"],
    "Who painted the Mona Lisa?": ["Leonardo", "da Vinci"],
    "How many legs does a spider have?": ["eight", "8"],
    "How many days are there in a leap year?": ["366"],
    "How many minutes are there in an hour?": ["60", "sixty"],
    "How many sides does a hexagon have?": ["six", "6"],
    "In which year did the Second World War end?": ["1945"],
    "In which year did people first walk on the Moon?": ["1969"],
    "Who developed the theory of general relativity?": ["Einstein"],
    "What gas do plants take in for photosynthesis?": ["carbon dioxide", "CO2"],
    "Which ocean is the largest?": ["Pacific"],
    "What is the longest river in South America?": ["Amazon"],
    "What do bees make from nectar?": ["honey"],
    "At how many degrees Celsius does water boil at sea level?": ["100"],
}
KOREAN = {
    "프랑스의 수도는 어디인가요?": ["파리", "Paris"],
    "대한민국의 수도는 어디인가요?": ["서울", "Seoul"],
    "일본의 수도는 어디인가요?": ["도쿄", "동경", "Tokyo"],
    "태양에서 가장 가까운 행성은 무엇인가요?": ["수성", "Mercury"],
    "거미의 다리는 몇 개인가요?": ["여덟", "8", "8개", "여덟 개"],
    "한 시간은 몇 분인가요?": ["60", "60분", "육십"],
    "모나리자를 그린 사람은 누구인가요?": ["레오나르도", "다빈치", "다 빈치", "Leonardo"],
    "로미오와 줄리엣을 쓴 사람은 누구인가요?": ["셰익스피어", "Shakespeare"],
    "'고양이'는 영어로 무엇인가요?": ["cat"],
    "'고맙습니다'는 영어로 무엇인가요?": ["thank you", "thanks"],
}
READING = [  # text, a question that it answers, what is accepted, a question that it does not answer
    ("Mina opened a bakery in Busan in 2015. It sells rye bread.", "In which city is the bakery?", ["Busan"], "How old is Mina?"),
    ("The train to Daegu leaves at 9:40 from platform 3.", "From which platform does the train leave?", ["3", "three"], "How much is a ticket?"),
    ("Our library has 52,000 books and is closed on Mondays.", "On which day is the library closed?", ["Monday", "Mondays"], "Who is the head of the library?"),
    ("Tom has two dogs, Rex and Bella. Rex is brown.", "What colour is Rex?", ["brown"], "How old is Bella?"),
    ("The bridge was built in 1931. It is 840 metres long.", "How long is the bridge?", ["840"], "Who built the bridge?"),
    ("Ana plays the cello in an orchestra in Vienna.", "Which instrument does Ana play?", ["cello"], "What is the name of Ana's teacher?"),
    ("The soup needs carrots, leeks and ginger. Cook it for 25 minutes.", "For how many minutes is the soup cooked?", ["25"], "How many people does the soup serve?"),
    ("Jun bought a red bicycle from his neighbour Sora.", "From whom did Jun buy the bicycle?", ["Sora"], "How much did the bicycle cost?"),
    ("The museum shows clocks. Children pay nothing.", "What does the museum show?", ["clocks"], "When was the museum founded?"),
    ("The lake freezes in January, and people skate there.", "In which month does the lake freeze?", ["January"], "How deep is the lake?"),
    ("Dr. Park moved her practice to the second floor.", "On which floor is the practice?", ["second", "2"], "What is Dr. Park's telephone number?"),
    ("Leo's team won four games and lost one.", "How many games did the team win?", ["four", "4"], "Who is the trainer of the team?"),
    ("The ferry carries 120 cars and crosses in 50 minutes.", "How many cars does the ferry carry?", ["120"], "What is the name of the captain?"),
    ("The old oak in the park fell in last night's storm.", "What fell in the storm?", ["oak"], "How tall was the oak?"),
    ("Emma teaches physics and coaches the chess club.", "Which club does Emma coach?", ["chess"], "At which school does Emma teach?"),
    ("The camera weighs 420 grams and takes two batteries.", "How many batteries does the camera take?", ["two", "2"], "What does the camera cost?"),
    ("Hana's flight from Oslo landed two hours late.", "From where did the flight come?", ["Oslo"], "With which airline did Hana fly?"),
    ("The shop sells tea from India and cups from Korea.", "From which country are the cups?", ["Korea"], "Who owns the shop?"),
    ("The garden has twelve apple trees and a small pond.", "How many apple trees are in the garden?", ["twelve", "12"], "How large is the garden?"),
    ("The play begins at seven and ends at half past nine.", "When does the play begin?", ["seven", "7"], "Who wrote the play?"),
]  # fmt: skip
WORDS = {  # English: French
    "dog": "chien", "cat": "chat", "house": "maison", "water": "eau", "bread": "pain", "book": "livre", "red": "rouge",
    "white": "blanc", "sun": "soleil", "moon": "lune", "night": "nuit", "milk": "lait", "apple": "pomme", "fish": "poisson",
    "school": "école", "mother": "mère", "brother": "frère", "winter": "hiver", "seven": "sept", "thank you": "merci",
}  # fmt: skip
SENTENCES = {
    "Good morning.": ["bonjour"],
    "I am hungry.": ["j'ai faim"],
    "I love you.": ["je t'aime", "je vous aime"],
    "The house is big.": ["la maison est grande"],
    "The cat is black.": ["le chat est noir"],
    "The dog is small.": ["le chien est petit"],
    "Where is the station?": ["où est la gare", "où se trouve la gare"],
    "I have two books.": ["j'ai deux livres"],
    "She is my sister.": ["c'est ma sœur", "elle est ma sœur", "c'est ma soeur", "elle est ma soeur"],
    "He drinks water.": ["il boit de l'eau"],
    "We are at school.": ["nous sommes à l'école", "on est à l'école"],
    "The sun is red.": ["le soleil est rouge"],
    "Thank you very much.": ["merci beaucoup"],
    "I do not know.": ["je ne sais pas"],
    "What is your name?": [
        "comment t'appelles tu",
        "comment vous appelez vous",
        "quel est votre nom",
        "quel est ton nom",
    ],
    "It is cold.": ["il fait froid", "c'est froid"],
    "The bread is good.": ["le pain est bon"],
    "My mother is at home.": ["ma mère est à la maison", "ma mère est chez elle"],
    "He has a red car.": ["il a une voiture rouge"],
    "See you tomorrow.": ["à demain"],
}
WRITING = [  # about what, with which two words
    ("a cat", "moon", "milk"), ("a train", "snow", "song"), ("a teacher", "apple", "window"), ("the sea", "lamp", "letter"),
    ("a robot", "garden", "tea"), ("a king", "shoe", "rain"), ("a farmer", "clock", "river"), ("a dog", "bridge", "bread"),
    ("a child", "kite", "cloud"), ("a baker", "ghost", "honey"), ("a doctor", "violin", "key"), ("a bird", "mirror", "stone"),
    ("a pilot", "candle", "mountain"), ("a fish", "crown", "bottle"), ("a library", "fox", "ladder"), ("winter", "orange", "piano"),
    ("a sailor", "map", "butterfly"), ("a painter", "blue", "door"), ("a market", "drum", "egg"), ("a dream", "boat", "star"),
]  # fmt: skip
SUMS = [
    (14, 5), (23, 9), (37, 48), (56, 17), (62, 29), (81, 12), (45, 45), (19, 73),
    (88, 34), (67, 58), (124, 53), (236, 141),
    (307, 86), (458, 219), (512, 377), (640, 185), (729, 94), (815, 606), (933, 148), (276, 548),
]  # fmt: skip
ONE = "Answer with one short sentence. "
MOST = 20  # words of a summary
SETTINGS = {"longest": 40, "longest of sums": 80, "rounds": 3}  # tokens of an answer; calls of a tool
SUM_WAYS = ("asked", "shown", "turns", "steps", "tool")  # the same sums, all with the same limit


def tasks():
    """{task: items}, each with "prompt" and what its rule needs; `course_lib.llm.scoring.RULES` has the same keys."""
    ask = lambda questions: [
        {"prompt": ONE + question, "accepted": accepted} for question, accepted in questions.items()
    ]
    read = "Answer from the text only. If the text does not say it, answer: I do not know.\nText: {}\nQuestion: {}"
    add = lambda form: [{"prompt": form.format(a, b), "result": a + b} for a, b in SUMS]
    known = {"What is 31 + 26?": "57", "What is 18 + 64?": "82", "What is 205 + 117?": "322"}
    shown = "".join(f"{question} {result}\n" for question, result in known.items()) + "What is {} + {}?"
    before = [
        {"role": role, "content": said} for pair in known.items() for role, said in zip(("user", "assistant"), pair)
    ]
    return {
        "facts": ask(QUESTIONS),
        "korean": [{"prompt": question, "accepted": accepted} for question, accepted in KOREAN.items()],
        "reading": [{"prompt": read.format(text, asked), "accepted": accepted} for text, asked, accepted, _ in READING],
        "unanswerable": [{"prompt": read.format(text, asked)} for text, *_, asked in READING],
        "summaries": [
            {"prompt": f"Summarize in one sentence of at most {MOST} words:\n{text}", "text": text, "most": MOST, "share": 0.8}
            for text in paragraphs()
        ],
        "words": [
            {"prompt": f"What is the French word for '{english}'?", "accepted": [french]} for english, french in WORDS.items()
        ],
        "sentences": [
            {"prompt": f"Translate to French: {english}", "accepted": accepted} for english, accepted in SENTENCES.items()
        ],
        "writing": [
            {"prompt": f"Write one sentence about {about} with the words '{a}' and '{b}'.", "required": [a, b], "most": 30}
            for about, a, b in WRITING
        ],
        "asked": add("What is {} + {}? Answer with the number only."),
        "shown": add(shown),
        "turns": [{**item, "before": before} for item in add("What is {} + {}?")],
        "steps": add("What is {} + {}? Add the hundreds, the tens and the ones one after the other. End with: Result = "),
        "tool": add("What is {} + {}?"),  # behind `calling.TOLD`
    }  # fmt: skip


def paragraphs(count=20):
    """The first paragraphs of 30 to 60 words in two sentences or more that the help has."""
    found = [text for text in data.help_sentences("en") if 30 <= len(text.split()) <= 60 and ". " in text]
    return found[:count]


def make():
    from course_lib import llm
    from course_lib.llm import scoring

    course_lib.start(seed=0, precision="float32")
    model, record = llm.load(), {"settings": SETTINGS, "tasks": {}}
    for task, items in tasks().items():
        for item in items:
            item.update(answered(model, task, item))
            item["right"] = scoring.right(task, item, item["answer"])
        record["tasks"][task] = items
        print(task, sum(item["right"] for item in items), "of", len(items), flush=True)
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


def answered(model, task, item):
    """What a model answers to an item of a task: {"answer": text}, and the calls of a tool."""
    from course_lib.llm import calling

    most = SETTINGS["longest of sums" if task in SUM_WAYS else "longest"]
    if task == "tool":
        used = calling.use(model, item["prompt"], {"CALC": calling.calculator}, SETTINGS["rounds"], most)
        return {"answer": used.answer or "", "calls": used.calls}
    messages = [*item.get("before", []), {"role": "user", "content": item["prompt"]}]
    return {"answer": model.answer(messages, most=most).finish()}


FILES = {
    "llm_scores.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/llm_scores.txt",
        origin="answers of SmolLM2-135M-Instruct, asked by data/makers/llm_scores.py; the summaries' texts are help of LibreOffice (MPL-2.0)",
        what="what SmolLM2 answers to thirteen small sets of tasks, and which answers are right",
        effort="a few minutes of a processor's time",
    )
}
