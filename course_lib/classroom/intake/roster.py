"""Whom a text names: ids, names and addresses of the roster in what an LMS or a student has written.

A sign is strong where it can hardly mean anything else: a full name, an id of five digits, an address. It is weak
where it may: attendance numbers, ids of a few letters, names of one word, minsu.kim of an address.
Strong signs count among other words. Weak ones count alone, a short number only where the text is nothing else.
"""

import calendar
import itertools
import re
import unicodedata
from collections import defaultdict

CERTAIN, STRONG, WEAK, NOTHING = 3, 2, 1, 0
ENDS = re.compile(r"(\.(ipynb|zip|txt|json|html?|py|pdf|docx?|hwpx?|png|jpe?g|csv|md))+$", re.IGNORECASE)
KNOWN = set(  # words of titles and file names that are nobody's
    """aufgabe an and answer answers assignment assignments attempt by ch chapter class cnn copy course day draft ex
    exam exercise exercises file files final for from group handin homework hw in lab lecture lesson midterm module my
    new no notebook nr of old p part problem project ps q quiz report result results sec section semester session set
    solution solutions student students submission submissions submit submitted task team term test the to unit untitled
    v ver version w week wk work
    과제 과제물 그룹 기말 노트북 단원 답안 레포트 리포트 반 버전 번 번호 보고서 복사본 본 분반 사본 수업 수정 수정본 숙제 시험
    실습 연습 연습문제 완료 의 장 제 제출 제출물 조 주 주차 중간 차 차시 최종 최종본 팀 파일 프로젝트 학기 학번 학생 회
    고급 기본 이미지 이상 정답 정리 하나 한글""".split()
)

MONTHS = {month.lower() for month in calendar.month_name if month} | {"spring", "summer", "fall", "autumn", "winter"}


def plain(text):
    """Composed, case folded, without white space around it: how ids are compared."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def squeeze(text):
    """Letters and digits only, composed, case folded: how names are compared."""
    return "".join(letter for letter in plain(text) if letter.isalnum())


def stem(text):
    """A file's name without what says of what kind it is: "x.ipynb.txt" -> "x"."""
    return ENDS.sub("", text)


def words(text):
    return [word for part in re.split(r"[\W_]+", plain(text)) if (word := squeeze(part))]


def _latin(text):
    return all(ord(letter) < 0x370 for letter in text)


def _strong_id(text):
    digits = sum(letter.isdigit() for letter in text)
    if text.isdigit():
        return digits >= 5
    return "@" in text or (digits >= 3 and re.sub(r"[\W\d_]", "", text) not in KNOWN)


def _orders(name):
    """The orders in which a name may be written, each a tuple of words."""
    parts = words(name)
    found = list(itertools.permutations(parts)) if len(parts) <= 4 else [tuple(parts), (parts[-1], *parts[:-1])]
    if len(parts) == 1 and 2 <= len(parts[0]) <= 4 and "가" <= parts[0][0] <= "힣":
        # Canvas sorts 김민수 as "민수, 김", and 남궁민수 as "민수, 남궁"
        found += [(parts[0][cut:], parts[0][:cut]) for cut in (1, 2) if cut < len(parts[0])]
    return found


class Roster:
    """Looks students up by what an LMS or a student may call them.

    Args:
        students: of the class.
        own: names that belong to the course, "01_exercises"; their words name nobody.
    """

    def __init__(self, students, own=()):
        self.ids, self.lms, self.short, self.names, self.parts = (defaultdict(set) for _ in range(5))
        self.known = KNOWN | {word for name in own for word in words(name)}
        self.longest = 1
        for student in students:
            for text in filter(None, (student.id, student.email)):
                self.ids[plain(text)].add(student)
            if student.lms_id:
                self.lms[plain(student.lms_id)].add(student)
            if student.email:
                self.short[plain(student.email.partition("@")[0])].add(student)
            parts = words(student.name)
            self.longest = max(self.longest, len(parts))
            for part in parts:
                self.parts[part].add(student)
            for order in _orders(student.name):
                if "".join(order):
                    self.names["".join(order)].add(student)
        strong = sorted(filter(_strong_id, self.ids), key=len, reverse=True)
        self._strong = re.compile("|".join(map(_bounded, strong))) if strong else None

    def called(self, text):
        """Students of whom the text is the full name, whatever stands between its letters: "lovelaceada"."""
        return self.names.get(squeeze(text), set())

    def account(self, text):
        """Students who have this id, address, number of the LMS or, before the @, this address."""
        text = plain(text)
        return self.ids.get(text) or self.lms.get(text) or self.short.get(text, set())

    def whole(self, text):
        """Students whom a text means that says nothing else: (set, STRONG, WEAK or NOTHING)."""
        key = plain(text)
        strong = {student for student in self._named(words(text)) if self._full(student)}
        weak = {student for student in self._named(words(text)) if not self._full(student)}
        account = any(map(str.isalpha, key)) and not self._nobodys(key) and key not in MONTHS
        (strong if _strong_id(key) or account else weak).update(self.ids.get(key, set()))
        (strong if _strong_id(key) else weak).update(self.lms.get(key, set()))
        if not key.isalpha():  # minsu.kim, but not minsu
            weak |= self.short.get(key, set())
        if weak and not self.ids.get(key):  # a first name, if it is one, may be somebody else's
            weak |= self.parts.get(key, set())
        return strong | weak, STRONG if strong else WEAK if weak else NOTHING

    def within(self, text):
        """Students whose id or else whose full name stands in a text among other words; STRONG signs only."""
        found = self._ids_in(text)
        named = self._names_in(text, self.known)
        if len(found) == 1 and named and not found & named:
            return found | named  # the id says one student, the name another
        return found or named

    def alone(self, text):
        """Students whose weak sign is left when words that are nobody's are taken away."""
        left = self.left(text)
        who, _ = self.whole(" ".join(left))
        if not who:  # s5 among other words, but not a number, and no letters alone
            mixed = [word for word in left if not word.isdigit() and not word.isalpha()]
            who = set().union(*(self.ids.get(word, set()) for word in mixed))
        return who

    def left(self, text):
        """The words of a text that may name somebody: no numbers of one to four digits, no words of titles."""
        found = []
        for word in re.findall(r"[^\W_]+(?:[.@-]+[^\W_]+)*", plain(text)):
            if not all(self._nobodys(part) for part in re.split(r"[.@-]+", word)):
                found.append(word)
        return found

    def of_lms(self, text):
        """Students whom the name means that an LMS gives: the full name, perhaps with an id, perhaps behind the name
        of a group, "Group 1-박서준". A first name or a longer name proves nothing."""
        who = self._named(words(text)) | self.ids.get(plain(text), set())
        if who:
            return who
        found = self._ids_in(text)
        for cut in (match.end() for match in re.finditer("-", text)):
            group, name = text[: cut - 1], text[cut:]
            who = self._named(words(name))
            # Anna-Maria Kim is not Maria Kim of the group Anna
            if who and not (_latin(name) and self._of_letters(group)):
                return found & who or found | who
        last = text.rpartition("-")[2]
        named = self._names_in(text)
        if any(map(str.isalpha, last)):
            named &= self._names_in(last)
        return found & named or found | named

    def _of_letters(self, text):
        """Whether a text may be a part of a name in Latin letters: Anna, but not Group 1."""
        left = self.left(text.rpartition("-")[2])
        return bool(left) and all(word.isalpha() and _latin(word) for word in left)

    def _nobodys(self, word):
        word = re.sub(r"^\d{1,4}|\d{1,4}$", "", word)
        return not word or word in self.known

    def _full(self, student):
        parts = words(student.name)
        return len(parts) > 1 or len(parts[0]) > 1 and not _latin(parts[0])

    def _named(self, parts):
        """Students whose name consists of these words, in some order: Anna ONeil is Anna O'Neil, Lina is not Li Na."""
        return {student for student in self.names.get("".join(parts), set()) if _divided_alike(parts, student)}

    def _ids_in(self, text):
        if self._strong is None:
            return set()
        return set().union(*(self.ids[match[0]] for match in self._strong.finditer(plain(text))))

    def _names_in(self, text, titles=()):
        """Students whose full name stands in a text, each as long as possible: Anna Kim Park is not Anna Kim.

        Args:
            titles: words that name nobody among others: 이미지 is a name, and 이미지 분류 a subject.
        """
        text = unicodedata.normalize("NFKC", text)
        named = set()
        for kind in (r"[^\W_]+", r"[^\W\d_]+"):  # 2026001김민수
            tokens = list(re.finditer(kind, text))
            spans = {}
            for start, end in itertools.combinations(range(len(tokens) + 1), 2):
                if end - start > self.longest:
                    continue
                parts = [squeeze(token[0]) for token in tokens[start:end]]
                who = {one for one in self._named(parts) if self._full(one) and "".join(parts) not in titles}
                if who and not self._goes_on(text, tokens, start, end):
                    spans[start, end] = who
            for (start, end), who in spans.items():
                if not any((a, b) != (start, end) and a <= start and end <= b for a, b in spans):
                    named |= who
        return named

    def _goes_on(self, text, tokens, start, end):
        """Whether the word before or behind a name in Latin letters seems to be a part of a longer name."""
        first = tokens[start][0]
        beside = []
        if start > 0:
            beside.append((tokens[start - 1][0], text[tokens[start - 1].end() : tokens[start].start()]))
        if end < len(tokens):
            beside.append((tokens[end][0], text[tokens[end - 1].end() : tokens[end].start()]))
        joints = (" ", "-", "'", "’", "_") if first[0].isupper() else (" ", "-", "'", "’")
        return _latin(first) and any(
            between in joints
            and word.isalpha()
            and _latin(word)
            and word[0].isupper() == first[0].isupper()
            and squeeze(word) not in {"s", *self.known}
            for word, between in beside
        )


def _divided_alike(parts, student):
    """Whether words are those of a name, some of them perhaps written as one; all of them only where that is long."""
    key = "".join(parts)
    for order in _orders(student.name):
        if "".join(order) != key:
            continue
        cuts, others = (set(itertools.accumulate(map(len, some[:-1]))) for some in (parts, order))
        turned = len(order) > len(words(student.name))  # 민수 김 is 김민수, 민수김 is not
        alike = (cuts <= others or others <= cuts) and not turned
        if cuts == others or alike and (cuts and others or len(key) >= 8 or not _latin(key)):
            return True
    return False


def _bounded(word):
    """A pattern for an id that is not a part of a longer one."""
    if word.isdigit():
        return rf"(?<!\d){word}(?!\d)"
    other = "0-9a-z" if word.isascii() else r"^\W_"
    return rf"(?<![{other}]){re.escape(word)}(?![{other}])"
