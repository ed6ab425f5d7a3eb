"""A branch by the name of its head: 宁阳…有限公司泰山分公司. Its own code is not in a register of legal persons."""

from jobs.fuse.match.layer import Layer

LAYERS = (
    Layer(
        "branch_name",
        "SELECT r.record_id, k.entity_id FROM open_record r JOIN known_name k ON k.key = r.parent_key",
    ),
)
