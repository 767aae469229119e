"""The codes of what elaboration finds, each with what it means."""

from __future__ import annotations

UNKNOWN_NAME = "E201"
NOT_A_LAYER = "E202"
NAME_TAKEN = "E203"
RESERVED_NAME = "E204"
NOT_AN_OP = "E205"
EMPTY_DEFAULT = "E206"
NO_WEIGHTS = "E207"
VARIANT_CIRCLE = "E208"
NO_SUCH_NET = "E209"
UNKNOWN_ARGUMENT = "E210"
GIVEN_TWICE = "E211"
TOO_MANY_ARGUMENTS = "E212"
MISSING_ARGUMENT = "E213"
NO_STRIDE = "E214"
UNKNOWN_TYPE = "E215"
RECURSION = "E218"
NO_INFLOW = "E219"
MISPLACED = "E220"
OUTPUTS_TWICE = "E221"
EMPTY_BODY = "E222"
IDLE_SHORTCUT = "E223"
LATE_INPUT = "E224"
UNNAMED_INPUT = "E225"
UNKNOWN_LABEL = "E230"
NAME_TWICE = "E240"
BAD_LABEL = "E241"
OWNED_LABEL = "E242"
GOES_BACK = "E243"
UNCERTAIN_NAME = "E244"
NOT_NUMBERS = "E310"
NOT_COMPARED = "E311"
NO_RESULT = "E312"
BAD_CALL = "E313"
NOT_A_TRUTH_VALUE = "E314"
LABEL_VALUE = "E315"
NOT_ROWS = "E316"
NOT_INDEXED = "E317"
OUT_OF_RANGE = "E318"
NO_SUCH_PART = "E319"
WRONG_KIND = "E320"
OUT_OF_BOUNDS = "E321"
BAD_ATTRIBUTE = "E322"
WRONG_TYPE = "E323"
NOT_JOINED = "E324"
LISTS_TOO_LONG = "E391"
NET_TOO_LARGE = "E392"
TOO_DEEP = "E393"
NOT_ELABORATED = "E399"
OTHER_SHAPE = "E401"
NEEDS_SHORTCUT = "E402"
SHORTCUT_SHAPE = "E403"
GATE_SHAPE = "E411"
NO_INPUT = "E440"
NOTHING_FLOWS = "E441"
NO_OUTPUT = "E442"
INPUT_SHAPE = "E443"
UNUSED_WEIGHTS = "E450"
FROM_AUX = "E451"
UNUSED_INPUT = "E452"
NO_IMPORT = "E501"
IMPORT_CIRCLE = "E502"
NOT_DECLARED = "E503"

LIMITS = frozenset({LISTS_TOO_LONG, NET_TOO_LARGE, TOO_DEEP})
"""After these nothing more is elaborated."""

CODES: dict[str, str] = {
    UNKNOWN_NAME: "a name means nothing where it stands",
    NOT_A_LAYER: "a value stands where an op, a block or a net is wanted",
    NAME_TAKEN: "a name that is seen already is given another meaning",
    RESERVED_NAME: "an op's, a block's or a builtin's name is given another meaning",
    NOT_AN_OP: "defaults are set for something that is no op",
    EMPTY_DEFAULT: "an op stands under `defaults` without a default",
    NO_WEIGHTS: "an initialiser is given to an op without weights",
    VARIANT_CIRCLE: "nets are variants of each other",
    NO_SUCH_NET: "the file declares no net of that name",
    UNKNOWN_ARGUMENT: "an argument has no parameter of its name",
    GIVEN_TWICE: "a parameter is given twice",
    TOO_MANY_ARGUMENTS: "there are more positional arguments than positions",
    MISSING_ARGUMENT: "a parameter without default is not given",
    NO_STRIDE: "`/s` is given to what has no stride",
    UNKNOWN_TYPE: "a parameter is declared of a type that there isn't",
    RECURSION: "a block uses itself",
    NO_INFLOW: "`in` stands where nothing flows",
    MISPLACED: "`input`, `output` or `aux` stands elsewhere than in a net's own body",
    OUTPUTS_TWICE: "a net's outputs are given twice",
    EMPTY_BODY: "a body is written empty",
    IDLE_SHORTCUT: "`residual if` has a shortcut, which it would never use",
    LATE_INPUT: "`input` stands after the net's first layer",
    UNNAMED_INPUT: "an input has no name beside others",
    UNKNOWN_LABEL: "`@` names a label that is not seen there",
    NAME_TWICE: "two items of one level have the same name",
    BAD_LABEL: "a label has characters that a name can't have there",
    OWNED_LABEL: "a label is a keyword of Python, or a name that the frameworks' layers own",
    GOES_BACK: "a label that is a number goes back behind the position reached",
    UNCERTAIN_NAME: "the name of an item with weights would depend on a block's arguments",
    NOT_NUMBERS: "an operator gets what is no number",
    NOT_COMPARED: "values of different kinds are compared",
    NO_RESULT: "a calculation has no result, or one too large",
    BAD_CALL: "a builtin function gets what it can't take",
    NOT_A_TRUTH_VALUE: "a condition is neither true nor false",
    LABEL_VALUE: "a computed part of a label is neither a whole number nor a string",
    NOT_ROWS: "a loop goes over what is no list, or its rows don't have its variables' number",
    NOT_INDEXED: "an index is taken of what has no parts, or is no whole number",
    OUT_OF_RANGE: "an index is out of range",
    NO_SUCH_PART: "a value doesn't have the part asked for, such as `in.h` of a vector",
    WRONG_KIND: "an argument is of another kind than its attribute",
    OUT_OF_BOUNDS: "a number is too small or too large for its attribute",
    BAD_ATTRIBUTE: "an op refuses an attribute's value",
    WRONG_TYPE: "an argument is not of the type that its parameter declares",
    NOT_JOINED: "`concat`, `add` or `mul` is given something else than labelled values",
    LISTS_TOO_LONG: "lists are longer than any network needs",
    NET_TOO_LARGE: "a net unrolls to more layers than any network has",
    TOO_DEEP: "bodies or blocks are nested deeper than any network needs",
    NOT_ELABORATED: "a net could not be elaborated",
    OTHER_SHAPE: "a value has another shape than the one asserted",
    NEEDS_SHORTCUT: "a residual's input and body can't be added without a projection",
    SHORTCUT_SHAPE: "a residual's shortcut and body give different shapes",
    GATE_SHAPE: "a gate's body gives a shape that its input can't be multiplied by",
    NO_INPUT: "a net has no input",
    NOTHING_FLOWS: "a layer stands where no value flows yet",
    NO_OUTPUT: "a net makes nothing of its inputs",
    INPUT_SHAPE: "a shape from outside is for no input of the net",
    UNUSED_WEIGHTS: "layers with weights are made that no output depends on",
    FROM_AUX: "a side head's value is used outside of it",
    UNUSED_INPUT: "no output depends on one of several inputs",
    NO_IMPORT: "a file can't be imported",
    IMPORT_CIRCLE: "files import each other in a circle",
    NOT_DECLARED: "an imported file doesn't declare what is imported from it",
}
