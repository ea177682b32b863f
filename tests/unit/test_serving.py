"""The local server: the real clients of OpenAI, Anthropic and Google talk to it, bad requests, and Ctrl-C."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests
import tiny_llm

from course_lib import serving
from course_lib.errors import CourseError
from course_lib.llm import hosted

uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("starlette")
ASKED = [{"role": "user", "content": "hi"}]
OPENAI, ANTHROPIC = "/v1/chat/completions", "/v1/messages"


GEMINI = "/v1/models/tiny:generateContent"


@contextlib.contextmanager
def serving_tiny(model=None, **options):
    """The address of a server with a tiny model."""
    from course_lib.serving import app

    model = model or tiny_llm.model(**options.pop("sizes", {}))
    with serving.listening(None) as listener:
        server = uvicorn.Server(uvicorn.Config(app.make(model, **options), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def address():
    with serving_tiny() as place:
        yield place


def openai_client(address, key="-", **more):
    return pytest.importorskip("openai").OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, **more)


def anthropic_client(address, key="-", **more):
    return pytest.importorskip("anthropic").Anthropic(base_url=address, api_key=key, max_retries=0, **more)


def gemini_client(address, key="-", timeout=None):
    genai = pytest.importorskip("google.genai")
    milliseconds = {"timeout": int(1000 * timeout)} if timeout else {}
    return genai.Client(api_key=key, http_options={"base_url": address, **milliseconds})


CLIENTS = {"openai": openai_client, "anthropic": anthropic_client, "gemini": gemini_client}


def asked(kind, client, model="tiny", most=12):
    """The answer of a model to "hi", by a client of that kind."""
    if kind == "openai":
        came = client.chat.completions.create(model=model, messages=ASKED, max_tokens=most, temperature=0)
        return came.choices[0].message.content
    if kind == "anthropic":
        came = client.messages.create(
            model=model, messages=ASKED, max_tokens=most, extra_body={"temperature": 0}, timeout=client.timeout
        )
        return came.content[0].text
    config = {"temperature": 0, "max_output_tokens": most}
    return client.models.generate_content(model=model, contents="hi", config=config).text


@pytest.fixture
def openai(address):
    return openai_client(address)


@pytest.fixture
def anthropic(address):
    return anthropic_client(address)


@pytest.fixture
def gemini(address):
    return gemini_client(address)


def test_openai_in_one_piece_and_in_pieces(openai):
    ask = lambda **more: openai.chat.completions.create(model="tiny", messages=ASKED, max_tokens=12, **more)
    whole = ask(temperature=0)
    [choice] = whole.choices
    usage = whole.usage
    assert choice.message.role == "assistant" and choice.message.content
    assert choice.finish_reason == "length" and usage.completion_tokens == 12
    assert usage.prompt_tokens + 12 == usage.total_tokens
    pieces = list(ask(temperature=0, stream=True, stream_options={"include_usage": True}))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    assert text == choice.message.content
    assert pieces[-2].choices[0].finish_reason == "length" and pieces[-1].usage == usage
    drawn = [ask(temperature=1.5, seed=seed).choices[0].message.content for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    [model] = openai.models.list().data
    assert model.id == "tiny" == openai.models.retrieve("tiny").id


def test_openai_stops_and_other_ways_to_write_messages(openai):
    ask = lambda messages, **more: openai.chat.completions.create(
        model="tiny", messages=messages, max_completion_tokens=12, temperature=0, **more
    )
    plain = ask(ASKED).choices[0].message.content
    stopped = ask(ASKED, stop=plain[3:5]).choices[0]
    assert stopped.finish_reason == "stop" and plain.startswith(stopped.message.content + plain[3:5])
    parts = [{"role": "user", "content": [{"type": "text", "text": "h"}, {"type": "text", "text": "i"}]}]
    assert ask(parts).choices[0].message.content == plain
    of_system, of_developer = (ask([{"role": role, "content": "x"}, *ASKED]) for role in ("system", "developer"))
    assert of_system.choices[0].message.content == of_developer.choices[0].message.content != plain


def test_anthropic_in_one_piece_and_in_pieces(anthropic):
    facts = {"model": "tiny", "messages": ASKED, "max_tokens": 12, "extra_body": {"temperature": 0}}
    whole = anthropic.messages.create(**facts)
    assert whole.stop_reason == "max_tokens" and whole.usage.output_tokens == 12 and whole.content[0].text
    with anthropic.messages.stream(**facts) as stream:
        text = "".join(stream.text_stream)
        last = stream.get_final_message()
    assert text == whole.content[0].text == last.content[0].text and last.usage.output_tokens == 12
    assert last.stop_reason == "max_tokens" and last.usage.input_tokens == whole.usage.input_tokens
    stopped = anthropic.messages.create(**facts, stop_sequences=["never", text[3:5]])
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", text[3:5])
    told = anthropic.messages.create(**facts, system="x")
    assert told.content[0].text != text and told.usage.input_tokens > whole.usage.input_tokens
    counted = anthropic.messages.count_tokens(model="tiny", messages=ASKED)
    assert counted.input_tokens == whole.usage.input_tokens
    assert [model.id for model in anthropic.models.list()] == ["tiny"]


def test_gemini_in_one_piece_and_in_pieces(gemini, openai):
    config = {"temperature": 0, "max_output_tokens": 12}
    ask = lambda contents="hi", **more: gemini.models.generate_content(
        model="tiny", contents=contents, config={**config, **more}
    )
    whole = ask()
    [candidate] = whole.candidates
    usage = whole.usage_metadata
    assert candidate.finish_reason.name == "MAX_TOKENS" and usage.candidates_token_count == 12
    assert usage.prompt_token_count + 12 == usage.total_token_count
    assert whole.text == asked("openai", openai), "the same model answers, whichever form asks"
    pieces = list(gemini.models.generate_content_stream(model="tiny", contents="hi", config=config))
    assert "".join(piece.text or "" for piece in pieces) == whole.text and len(pieces) > 2
    assert pieces[-1].candidates[0].finish_reason.name == "MAX_TOKENS"
    assert pieces[-1].usage_metadata.total_token_count == usage.total_token_count
    stopped = ask(stop_sequences=["never", whole.text[3:5]])
    assert stopped.candidates[0].finish_reason.name == "STOP" and whole.text.startswith(stopped.text + whole.text[3:5])
    assert ask(system_instruction="x").text != whole.text
    drawn = [ask(temperature=1.5, seed=seed).text for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    counted = gemini.models.count_tokens(model="tiny", contents="hi")
    assert counted.total_tokens == usage.prompt_token_count
    assert [model.name for model in gemini.models.list()] == ["models/tiny"]
    assert gemini.models.get(model="tiny").input_token_limit == 256


def test_a_conversation_of_gemini_is_that_of_the_others(gemini, openai):
    chat = gemini.chats.create(model="tiny", config={"temperature": 0, "max_output_tokens": 5})
    first, second = chat.send_message("hi").text, chat.send_message("more").text
    messages = [*ASKED, {"role": "assistant", "content": first}, {"role": "user", "content": "more"}]
    theirs = openai.chat.completions.create(model="tiny", messages=messages, max_tokens=5, temperature=0)
    assert theirs.choices[0].message.content == second


@pytest.mark.parametrize("kind", CLIENTS)
def test_what_goes_wrong_is_one_sentence_with_each_real_client(kind):
    said = lambda client, **more: _said(kind, client, **more)
    make = CLIENTS[kind]
    with serving_tiny(key="secret") as address:
        assert asked(kind, make(address, key="secret"))
        assert said(make(address, key="guessed")) == (
            "the key was not accepted (401): the key that was sent is not the one of this server"
        )
        assert said(make(address, key="secret"), model="other") == (
            "there is no such model or address (404): there is no model 'other': here it is 'tiny'"
        )
        refused = said(make(address, key="secret"), most=0)
        assert refused.startswith("the service refuses the request (400): `max") and "found 0" in refused
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the request and never answers
        slow = said(make(f"http://127.0.0.1:{silent.getsockname()[1]}", key="secret", timeout=0.3))
    assert slow == "no answer came in time: ask for fewer tokens, or allow more time with `timeout`"
    with serving_tiny(at_once=0) as address:
        assert said(make(address)).startswith("too many requests or the quota is used up (429): too many requests at")
    assert said(make("http://127.0.0.1:9")) == "nobody answers at this address: is the server running, and the network there?"  # fmt: skip


@pytest.mark.parametrize("kind", CLIENTS)
def test_no_answer_is_longer_than_this_server_allows(kind):
    with serving_tiny() as address:
        longer = asked(kind, CLIENTS[kind](address), most=6)
    with serving_tiny(most=5) as address:
        client = CLIENTS[kind](address)
        allowed = asked(kind, client, most=5)
        assert allowed and longer.startswith(allowed) and longer != allowed
        refused = _said(kind, client, most=6)
        assert "must be a whole number from 1 to 5; found 6" in refused and "(400)" in refused
        if kind == "openai":
            said_nothing = client.chat.completions.create(model="tiny", messages=ASKED, temperature=0)
            assert said_nothing.usage.completion_tokens == 5 and said_nothing.choices[0].message.content == allowed
        if kind == "gemini":
            said_nothing = client.models.generate_content(model="tiny", contents="hi", config={"temperature": 0})
            assert said_nothing.usage_metadata.candidates_token_count == 5 and said_nothing.text == allowed


def test_a_server_may_not_allow_more_than_the_model_can_look_at():
    with serving_tiny(most=1000) as address:
        content = {"model": "tiny", "messages": ASKED, "max_tokens": 257}
        came = requests.post(address + OPENAI, json=content, timeout=60)
    assert came.status_code == 400 and "from 1 to 256; found 257" in came.json()["error"]["message"]


@pytest.mark.parametrize(
    ("words", "expected", "shown"),
    [
        ([], {"key": None, "at_once": 16, "most": None}, 'api_key="-"'),
        (["--key", "s3cret", "--most", "30", "--at-once", "2"], {"key": "s3cret", "at_once": 2, "most": 30}, 'api_key="..."'),
    ],
)  # fmt: skip
def test_the_command_gives_the_server_its_key_and_its_limits(words, expected, shown, monkeypatch, capsys):
    import course_lib
    from course_lib.llm import model
    from course_lib.serving import app
    from course_lib.tools import arguments, cli

    made = {}

    def make(loaded, *options):
        made.update(zip(("key", "at_once", "most"), options))
        return loaded

    monkeypatch.setattr(course_lib, "start", lambda **options: None)
    monkeypatch.setattr(model, "load", lambda path: tiny_llm.model())
    monkeypatch.setattr(app, "make", make)
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    cli._with_packages(arguments.parsed(["serve", *words]))
    said = capsys.readouterr().out
    assert made == expected and said.count(shown) == 3 and "s3cret" not in said


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_help_tells_of_the_key_and_of_the_limits(language, monkeypatch, capsys):
    from course_lib.serving import app
    from course_lib.tools import arguments

    monkeypatch.setenv("COURSE_LANG", language)
    with pytest.raises(SystemExit) as ended:
        arguments.parsed(["serve", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    sentences = {
        "en": (
            "the key that a program has to send",
            "tokens that an answer may have at most",
            f"(default: {app.AT_ONCE})",
        ),
        "ko": ("프로그램이 보내야 하는 키", "답 하나의 최대 토큰 수", f"(기본값: {app.AT_ONCE})"),
    }
    assert ended.value.code == 0 and all(sentence in text for sentence in sentences[language]), text
    assert all(option in text for option in ("--key", "--most N", "--at-once N"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--key", ""], "--key: must be letters of English, digits and signs, without a space"),
        (["--key", "two words"], "--key: must be letters of English"),
        (["--key", "열쇠"], "--key: must be letters of English"),
        (["--port", "0"], "--port: must be a whole number from 1 to 65535; found '0'"),
        (["--port", "80000"], "--port: must be a whole number from 1 to 65535; found '80000'"),
        (["--most", "0"], "--most: must be a whole number, 1 or more; found '0'"),
        (["--at-once", "few"], "--at-once: must be a whole number, 1 or more; found 'few'"),
        (["--api-key", "x"], "did you mean `--key`?"),
        (["--max-tokens", "9"], "did you mean `--most`?"),
        (["--max-requests", "9"], "did you mean `--at-once`?"),
    ],
)
def test_a_wrong_option_of_the_server_is_one_sentence(words, sentence, capsys):
    from course_lib.tools import arguments

    with pytest.raises(SystemExit) as ended:
        arguments.parsed(["serve", *words])
    assert ended.value.code == 2 and sentence in capsys.readouterr().err


def _said(kind, client, **more):
    with pytest.raises(CourseError) as raised, hosted.plainly():
        asked(kind, client, **more)
    return str(raised.value)


def test_without_a_key_a_sentence_says_where_it_belongs(monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    begin = {
        "openai": lambda module: module.OpenAI(),
        "anthropic": lambda module: asked("anthropic", module.Anthropic(base_url="http://127.0.0.1:9", max_retries=0)),
        "google.genai": lambda module: module.Client(),
    }
    for name, act in begin.items():
        module = pytest.importorskip(name)
        with pytest.raises(CourseError, match="there is no key: put it into the environment"), hosted.plainly():
            act(module)


def test_what_is_no_trouble_of_a_client_stays_what_it_is():
    with pytest.raises(ValueError, match="mine"), hosted.plainly():
        raise ValueError("mine")
    assert hosted.trouble(KeyError("api_key")) is None


def test_a_server_of_few_turns_more_away_until_somebody_is_done():
    content = {"model": "tiny", "messages": ASKED, "max_tokens": 19_000, "stream": True}
    with serving_tiny(at_once=1, sizes={"longest": 20_000}) as address:
        for path in (OPENAI, ANTHROPIC):
            for _ in range(20):  # where this machine is busy, the first may be done before the second comes
                with requests.post(address + OPENAI, json=content, stream=True, timeout=60) as first:
                    next(first.iter_lines())
                    came = requests.post(address + path, json={**content, "stream": False}, timeout=60)
                if came.status_code == 429:
                    break
            assert came.status_code == 429 and "wait a few seconds" in came.json()["error"]["message"]
        for _ in range(100):  # the server notices that somebody has gone when it next writes
            done = requests.post(address + OPENAI, json={**content, "stream": False, "max_tokens": 2}, timeout=60)
            if done.status_code == 200:
                break
            time.sleep(0.1)
        assert done.status_code == 200


class Held:
    """An answer that does not come before `may_come` is set."""

    def __init__(self, may_come):
        self.may_come, self.prompt, self.written, self.text = may_come, [1], [2], "x"
        self.reason, self.stop = "length", None

    def __iter__(self):
        return self

    def __next__(self):
        self.may_come.wait(60)
        raise StopIteration


def test_who_has_gone_while_waiting_leaves_a_place_to_the_next():
    model, may_come = tiny_llm.model(), threading.Event()
    model.answer_to = lambda *_: Held(may_come)
    body = json.dumps({"model": "tiny", "messages": ASKED, "max_tokens": 5}).encode()
    head = f"POST {OPENAI} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    ask = lambda **more: requests.post(address + OPENAI, json={**json.loads(body), **more}, stream=True, timeout=60)

    def until(wanted):
        for _ in range(300):  # the server notices a little later
            with ask(stream=True) as came:
                if came.status_code == wanted:
                    return
            time.sleep(0.1)
        raise AssertionError(f"never {wanted}")

    with serving_tiny(model, at_once=2) as address, contextlib.ExitStack() as open_ones:
        clients = []
        for _ in range(2):  # one is answered, one waits
            client = open_ones.enter_context(socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))))
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            clients.append(client)
        until(429)
        refused = ask(tools=[{"name": "x"}])
        assert refused.status_code == 400 and "`tools` is not done" in refused.json()["error"]["message"]
        clients[1].close()
        until(200)
        may_come.set()
        assert clients[0].recv(100).startswith(b"HTTP/1.1 200")
        assert ask().json()["choices"][0]["message"]["content"] == "x"


WRONG = [  # fields -> status, and what the sentence says
    ({"model": "gpt-5"}, 404, "there is no model 'gpt-5': here it is 'tiny'"),
    ({"model": None}, 400, "`model` is missing"),
    ({"messages": None}, 400, "`messages` must be a list"),
    ({"messages": []}, 400, "`messages` must be a list"),
    ({"messages": ["hi"]}, 400, r"`messages[0]` must be an object"),
    ({"messages": [{"role": "king", "content": "hi"}]}, 400, "`messages[0].role` must be one of"),
    ({"messages": [{"role": [], "content": "hi"}]}, 400, "`messages[0].role` must be one of"),
    ({"messages": [{"role": "user", "content": None}]}, 400, "`messages[0].content` must be a text"),
    ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, 400, "found 'image'"),
    ({"messages": [{"role": "user", "content": "hi " * 300}]}, 400, "looks at 256 at most"),
    ({"max_tokens": 0}, 400, "`max_tokens` must be a whole number from 1 to 256; found 0"),
    ({"max_tokens": "9"}, 400, "found '9'"),
    ({"max_tokens": True}, 400, "found True"),
    ({"temperature": 9}, 400, "`temperature` must be a number from 0 to"),
    ({"temperature": float("nan")}, 400, "found nan"),
    ({"top_p": -1}, 400, "`top_p` must be a number from 0 to 1"),
    ({"stream": "yes"}, 400, "`stream` must be true or false; found 'yes'"),
    ({"tools": [{"name": "x"}]}, 400, "`tools` is not done by this server"),
]


@pytest.mark.parametrize("path", [OPENAI, ANTHROPIC])
@pytest.mark.parametrize(("fields", "status", "sentence"), WRONG)
def test_a_bad_request_gets_a_sentence(address, path, fields, status, sentence):
    content = {"model": "tiny", "messages": ASKED, "max_tokens": 3, **fields}
    came = requests.post(
        address + path, data=json.dumps(content), headers={"content-type": "application/json"}, timeout=60
    )
    assert came.status_code == status and sentence in came.json()["error"]["message"], came.text


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        (OPENAI, {"stop": [1]}, "`stop` must be a list of at most 4 texts"),
        (OPENAI, {"stop": list("abcde")}, "`stop` must be a list"),
        (OPENAI, {"n": 2}, "`n` must be 1; found 2"),
        (OPENAI, {"response_format": {"type": "json_object"}}, "`response_format` is not done"),
        (ANTHROPIC, {"max_tokens": None}, "`max_tokens` is missing"),
        (ANTHROPIC, {"system": 3}, "`system` must be a text"),
        (ANTHROPIC, {"top_k": 3}, "`top_k` is not done"),
    ],
)
def test_what_only_one_form_knows(address, path, fields, sentence):
    content = {"model": "tiny", "messages": ASKED, "max_tokens": 3, **fields}
    came = requests.post(address + path, json=content, timeout=60)
    assert came.status_code == 400 and sentence in came.json()["error"]["message"], came.text


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"contents": None}, 400, "`contents` must be a list"),
        ({"contents": ["hi"]}, 400, "`contents[0].parts` must be a list of texts"),
        ({"contents": [{"role": "king", "parts": [{"text": "hi"}]}]}, 400, "`contents[0].role` must be one of user, model"),
        ({"contents": [{"role": [], "parts": [{"text": "hi"}]}]}, 400, "`contents[0].role` must be one of"),
        ({"contents": [{"parts": []}]}, 400, "found None"),
        ({"contents": [{"parts": [{"inlineData": {}}]}]}, 400, "found 'inlineData'"),
        ({"contents": [{"parts": [{"text": "hi " * 300}]}]}, 400, "looks at 256 at most"),
        ({"systemInstruction": {"parts": [3]}}, 400, "`systemInstruction.parts` must be a list of texts; found 3"),
        ({"tools": [{"x": 1}]}, 400, "`tools` is not done by this server"),
        ({"generationConfig": [1]}, 400, "`generationConfig` must be an object"),
        ({"generationConfig": {"maxOutputTokens": 0}}, 400, "`maxOutputTokens` must be a whole number from 1 to 256"),
        ({"generationConfig": {"temperature": 9}}, 400, "`temperature` must be a number"),
        ({"generationConfig": {"candidateCount": 2}}, 400, "`candidateCount` must be"),
        ({"generationConfig": {"stopSequences": [1]}}, 400, "`stopSequences` must be a list"),
        ({"generationConfig": {"topK": 3}}, 400, "`topK` is not done"),
    ],
)  # fmt: skip
def test_a_bad_request_in_the_form_of_gemini_gets_a_sentence(address, fields, status, sentence):
    content = {"contents": [{"parts": [{"text": "hi"}]}], **fields}
    came = requests.post(address + GEMINI, json=content, timeout=60)
    error = came.json()["error"]
    assert came.status_code == error["code"] == status and sentence in error["message"], came.text
    assert error["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        (b"{", "application/json", 400, "is no JSON"),
        (b"\xff", "application/json", 400, "is no JSON"),
        (b"[" * 100_000, "application/json", 400, "is no JSON"),
        (b"[]", "application/json; charset=utf-8", 400, "is no object"),
        (b"{}", "text/plain", 415, "expected application/json"),
        (b" " * (1 << 21), "application/json", 413, "larger than 1,048,576 bytes"),
    ],
)
def test_what_is_no_request_at_all(address, body, kind, status, sentence):
    came = requests.post(address + OPENAI, data=body, headers={"content-type": kind}, timeout=60)
    assert came.status_code == status and sentence in came.json()["error"]["message"]


def test_other_addresses_and_names_of_this_computer(address):
    assert "there is no POST /v1/embeddings" in requests.post(f"{address}/v1/embeddings", json={}, timeout=60).text
    assert requests.get(address + OPENAI, timeout=60).status_code == 405
    assert requests.get(f"{address}/v1/models/other", timeout=60).status_code == 404
    assert requests.get(f"{address}/v1/models", headers={"host": "evil.example"}, timeout=60).status_code == 400


def test_several_at_once_and_one_that_goes_away(address):
    content = {"model": "tiny", "messages": ASKED, "max_tokens": 100, "stream": True}
    with requests.post(address + OPENAI, json=content, stream=True, timeout=60) as left:
        next(left.iter_lines())
    texts = []
    asking = {**content, "stream": False, "temperature": 0, "max_tokens": 20}
    ask = lambda: texts.append(requests.post(address + OPENAI, json=asking, timeout=60).json()["choices"][0]["message"])
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 4 and all(text == texts[0] for text in texts)


def test_the_model_has_the_name_that_lessons_print(monkeypatch):
    from course_lib.llm import model

    monkeypatch.setattr(model.data, "file", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(model.stored, "read", lambda place: tiny_llm.found())
    assert model.load().name == "smollm2_135m" == model.SHIPPED


def test_a_port_that_is_taken_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CourseError, match="port .* cannot be had .*--port"):
            serving.listening(other.getsockname()[1])
    with pytest.raises(CourseError, match="port 99999 cannot be had"):
        serving.listening(99999)


PROGRAM = """
import sys
import time
import course_lib
course_lib.start(precision="float32")
import tiny_llm
from course_lib.llm import model
from course_lib import serving
from course_lib.tools import cli


class Slow:  # an answer that never ends
    prompt, written, reason = [1], [2], None

    def __next__(self):
        time.sleep(0.2)
        return "x"

    def finish(self):
        return "x"


def load(path):
    made = tiny_llm.model(longest=100_000)
    made.answer_to = lambda *_: Slow()
    return made


model.load = load
sys.argv = ["course_lib"]
cli.execute = lambda options: serving.main()
cli.COULD_NOT = None
from course_lib.tools import arguments
arguments.parsed = lambda words: __import__("argparse").Namespace(command="serve")
sys.exit(cli.main())
"""


def _until_cut_off(lines):
    with contextlib.suppress(requests.RequestException):
        yield from lines


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_ctrl_c_in_the_middle_of_an_answer_leaves_no_mess():
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COURSE_LANG": "en"},  # not what was chosen here
    )
    try:
        place = next(line for line in process.stdout if "http://" in line).split()[2].rstrip(";")
        content = {"model": "tiny", "messages": ASKED, "max_tokens": 50_000, "stream": True}
        with requests.post(place + OPENAI, json=content, stream=True, timeout=60) as answer:
            lines = answer.iter_lines()
            assert next(lines)
            reading = threading.Thread(target=lambda: list(_until_cut_off(lines)))
            reading.start()
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            _, complaints = process.communicate(timeout=60)
            reading.join(60)
    finally:
        process.kill()
    assert process.returncode == 130 and complaints.strip() == "stopped", complaints
    assert time.monotonic() - began < 30
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{place}/v1/models", timeout=5)
