"""Back ends that are described to the last status code, as those write who have a client already."""

from core.catalog.stacks import Side
from tests.evaluation.case import Ask, Case, Style


def _case(id: str, stack: str, prompt: str, *checks: Ask, is_quick: bool = False) -> Case:  # noqa: A002
    return Case(id, Side.BACKEND, stack, Style.PRECISE, prompt, checks, is_quick)


PRECISE_BACK_ENDS = (
    _case(
        "plants-api",
        "fastapi",
        "An API for plants. POST /plants takes JSON with name (text) and height (integer) and answers 201 with id, "
        "name and height. GET /plants answers 200 with the list of plants. GET /plants/{id} answers 200 with the "
        "plant, or 404. DELETE /plants/{id} answers 204 without content, or 404.",
        Ask("POST", "/plants", 201, {"name": "Fern", "height": 40}, {"name": "Fern", "height": 40}, {"plant": "id"}),
        Ask("GET", "/plants", 200, None, [{"name": "Fern"}]),
        Ask("GET", "/plants/{plant}", 200, None, {"height": 40}),
        Ask("POST", "/plants", 422, {"name": "No height"}),
        Ask("DELETE", "/plants/{plant}", 204),
        Ask("GET", "/plants/{plant}", 404),
        is_quick=True,
    ),
    _case(
        "notes-uuid",
        "fastapi",
        "A notes API. A note has an id, which is a UUID as text, and content, 1 to 100 characters. POST /notes with "
        "JSON {content} answers 201 with the note; content that is too long or empty answers 422. PUT /notes/{id} "
        "replaces the content and answers 200 with the note. GET /notes/{id} answers 200 with the note. An unknown id "
        "answers 404.",
        Ask("POST", "/notes", 201, {"content": "milk"}, {"content": "milk"}, {"note": "id"}),
        Ask("POST", "/notes", 422, {"content": ""}),
        Ask("PUT", "/notes/{note}", 200, {"content": "bread"}, {"content": "bread"}),
        Ask("GET", "/notes/{note}", 200, None, {"content": "bread"}),
        Ask("GET", "/notes/00000000-0000-4000-8000-000000000000", 404),
    ),
    _case(
        "counter",
        "fastapi",
        "An API for one counter that starts at 0. GET /counter answers {value}. POST /counter/increment adds 1 and "
        "POST /counter/decrement takes 1 away; both answer 200 with {value}. The counter never goes below 0: decrement "
        "at 0 answers 409. POST /counter/reset sets it to 0 and answers 204.",
        Ask("GET", "/counter", 200, None, {"value": 0}),
        Ask("POST", "/counter/increment", 200, None, {"value": 1}),
        Ask("POST", "/counter/decrement", 200, None, {"value": 0}),
        Ask("POST", "/counter/decrement", 409),
        Ask("POST", "/counter/reset", 204),
    ),
    _case(
        "accounts-sqlite",
        "fastapi",
        "A bank API that keeps its accounts in SQLite, in the file bank.db. POST /accounts with JSON {owner} answers "
        "201 with {id, owner, balance} and a balance of 0. POST /accounts/{id}/deposit with JSON {amount} answers 200 "
        "with the account. POST /accounts/{id}/withdraw with JSON {amount} does the same; where the balance is too low "
        "it answers 400. An amount that is not above 0 answers 422. An unknown account answers 404.",
        Ask("POST", "/accounts", 201, {"owner": "Ada"}, {"owner": "Ada", "balance": 0}, {"account": "id"}),
        Ask("POST", "/accounts/{account}/deposit", 200, {"amount": 50}, {"balance": 50}),
        Ask("POST", "/accounts/{account}/withdraw", 200, {"amount": 20}, {"balance": 30}),
        Ask("POST", "/accounts/{account}/withdraw", 400, {"amount": 99}),
        Ask("POST", "/accounts/{account}/deposit", 422, {"amount": -1}),
        Ask("POST", "/accounts/999999/deposit", 404, {"amount": 1}),
    ),
    _case(
        "temperature",
        "fastapi",
        "An API that converts temperatures. GET /convert has the query parameters value (a number), from and to (each "
        "C, F or K) and answers 200 with {result}, rounded to two decimals. Any other unit answers 400 with {detail}.",
        Ask("GET", "/convert?value=100&from=C&to=F", 200, None, {"result": 212}),
        Ask("GET", "/convert?value=0&from=K&to=C", 200, None, {"result": -273.15}),
        Ask("GET", "/convert?value=1&from=X&to=C", 400),
        Ask("GET", "/convert?value=x&from=C&to=F", 422),
    ),
    _case(
        "shortener",
        "flask",
        "A URL shortener. POST /links with JSON {url} answers 201 with {code, url}; code has six letters or digits. "
        "Without a url it answers 400 with {error}. GET /links/{code} answers 200 with {code, url, visits}. GET "
        "/{code} answers 302 with the url in the Location header and counts one visit. An unknown code answers 404.",
        Ask("POST", "/links", 201, {"url": "https://a.example/"}, {"url": "https://a.example/"}, {"code": "code"}),
        Ask("POST", "/links", 400, {}),
        Ask("GET", "/{code}", 302),
        Ask("GET", "/links/{code}", 200, None, {"visits": 1}),
        Ask("GET", "/links/zzzzzz0", 404),
        is_quick=True,
    ),
    _case(
        "votes",
        "flask",
        "An API for polls. POST /polls with JSON {question, options}, where options is a list of texts, answers 201 "
        "with {id, question, options, votes}; votes is an object with a 0 for each option. Fewer than two options "
        "answer 400. POST /polls/{id}/vote with JSON {option} answers 200 with the poll; an option that the poll does "
        "not have answers 400. GET /polls/{id} answers 200 with the poll, or 404.",
        Ask(
            "POST", "/polls", 201, {"question": "?", "options": ["a", "b"]}, {"votes": {"a": 0, "b": 0}}, {"poll": "id"}
        ),
        Ask("POST", "/polls", 400, {"question": "?", "options": ["a"]}),
        Ask("POST", "/polls/{poll}/vote", 200, {"option": "a"}, {"votes": {"a": 1, "b": 0}}),
        Ask("POST", "/polls/{poll}/vote", 400, {"option": "c"}),
        Ask("GET", "/polls/99999", 404),
    ),
    _case(
        "tags",
        "flask",
        "An API for words. POST /words with JSON {word} answers 201 with {word, length}, and 409 where the word is "
        "there already. GET /words answers 200 with {words}, a list of texts in alphabetical order; with the query "
        "parameter prefix only those that begin with it. DELETE /words/{word} answers 204, or 404.",
        Ask("POST", "/words", 201, {"word": "pear"}, {"word": "pear", "length": 4}),
        Ask("POST", "/words", 409, {"word": "pear"}),
        Ask("POST", "/words", 201, {"word": "apple"}),
        Ask("GET", "/words", 200, None, {"words": ["apple", "pear"]}),
        Ask("GET", "/words?prefix=pe", 200, None, {"words": ["pear"]}),
        Ask("DELETE", "/words/pear", 204),
        Ask("DELETE", "/words/pear", 404),
    ),
)
