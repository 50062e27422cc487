"""What came back, in no SDK's words."""
from dataclasses import dataclass, field


@dataclass
class Reply:
    text: str = ""
    thought: str = ""
    calls: list = field(default_factory=list)  # (name, arguments)
    finish: str = ""  # stop or tool
    tokens: tuple = ()  # in, out
    cached: int = 0
    turn: object = None  # what the SDK sends back in the next turn


WEATHER = {"type": "object", "additionalProperties": False, "required": ["city", "days"],
           "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
TIME = {"type": "object", "properties": {"zone": {"type": "string"}}}
CITY = {"type": "object", "additionalProperties": False, "required": ["city", "population"],
        "properties": {"city": {"type": "string"}, "population": {"type": "integer"}}}


def ignore(_):
    """For those who do not listen to a stream's pieces."""
