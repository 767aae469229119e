"""The words that items are named by, and the names that nobody may take.

Rules 2 and 5: in a net or block an item is called by the word written for it, and whether that
word is numbered is seen from the text alone: how often it is written in the body, over all forms
that add no level.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter

from archdsl.syntax import tree

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PUBLISHED = re.compile(r"[A-Za-z0-9_-]+")

# What nn.Module() and keras.layers.Layer() have of their own (public names of both).
_OWNED = """
    T_destination activity_regularizer add_loss add_metric add_module add_variable add_weight apply
    autocast bfloat16 buffers build build_from_config built call call_signature_parameters
    call_super_init children compile compute_dtype compute_mask compute_output_shape
    compute_output_spec count_params cpu cuda double dtype dtype_policy dump_patches eval extra_repr
    float forward from_config get_buffer get_build_config get_config get_extra_state get_parameter
    get_submodule get_weights half input input_dtype input_spec ipu load_own_variables
    load_state_dict losses metrics metrics_variables modules mtia name named_buffers named_children
    named_modules named_parameters non_trainable_variables non_trainable_weights output parameters
    path quantization_mode quantize quantized_build quantized_call register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook rematerialized_call requires_grad_
    save_own_variables set_extra_state set_submodule set_weights share_memory state_dict
    stateless_call supports_jit supports_masking symbolic_call to to_empty train trainable
    trainable_variables trainable_weights training type variable_dtype variables weights xpu
    zero_grad
"""

# What nn.Module() and keras.layers.Layer() keep for themselves.
_PRIVATE = """
    _apply _backward_hooks _backward_pre_hooks _buffers _call_impl _compiled_call_impl
    _dtype_policy _flatten_layers _forward_hooks _forward_hooks_always_called
    _forward_hooks_with_kwargs _forward_pre_hooks _forward_pre_hooks_with_kwargs
    _get_backward_hooks _get_backward_pre_hooks _get_name _inbound_nodes _initialize_tracker
    _is_full_backward_hook _layers _load_from_state_dict _load_state_dict_post_hooks
    _load_state_dict_pre_hooks _lock _losses _loss_ids _metrics
    _maybe_warn_non_full_backward_hook _modules _named_members _non_persistent_buffers_set
    _non_trainable_variables _outbound_nodes _parameters _parent_path _path
    _register_load_state_dict_pre_hook _register_state_dict_hook _replicate_for_data_parallel
    _save_to_state_dict _seed_generators _slow_forward _state_dict_hooks _state_dict_pre_hooks
    _supports_masking _tracker _trainable _trainable_variables _version _wrapped_call_impl
"""

OWNED = frozenset((_OWNED + _PRIVATE).split())

# What nn.Sequential has beside: taken in a group or seq.
SEQUENTIAL_OWNED = frozenset({"append", "extend", "insert", "pop"})


def is_owned(name: str, *, in_group: bool = False) -> bool:
    """Whether a framework's classes have an attribute of this name already."""
    if name in OWNED or (name.startswith("__") and name.endswith("__")):
        return True
    return in_group and name in SEQUENTIAL_OWNED


def is_keyword(name: str) -> bool:
    return keyword.iskeyword(name)


def is_identifier(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def is_published(name: str) -> bool:
    """Whether a string may be a label: letters, digits, `_`, `-`."""
    return _PUBLISHED.fullmatch(name) is not None


def snake_case(name: str) -> str:
    """ConvBN -> conv_bn, InvertedResidual -> inverted_residual."""
    return _BOUNDARY.sub("_", name).lower()


def count_words(*pieces: tree.Body | tree.Piece) -> Counter[str]:
    """How often each word is written, unlabelled, in these and all that add no level to them."""
    counts: Counter[str] = Counter()
    stack: list[tree.Body | tree.Piece] = list(pieces)
    while stack:
        piece = stack.pop()
        match piece:
            case tree.Body():
                for item in piece.items:
                    if isinstance(item, tree.Chain):
                        stack += [stage.piece for stage in item.stages if stage.label is None]
            case tree.Use():
                counts[snake_case(piece.name)] += 1
            case tree.Residual():
                if piece.args:
                    counts["drop_path"] += 1
                stack += [piece.body, *([piece.shortcut] if piece.shortcut else [])]
            case tree.Parallel():
                stack += piece.branches
            case tree.If():
                stack += [piece.then, *([piece.other] if piece.other else [])]
            case tree.Group() | tree.Gate() | tree.Repeat() | tree.For() | tree.Aux():
                stack.append(piece.body)
            case _:
                pass
    return counts
