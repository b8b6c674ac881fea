"""One table: what every act comes to in every state of a desk and its handover, by everybody (A22, A23, A26–A30, C8–C11, E2, E7–E9, I3, I4).

Read across: the states in which it is so, then what comes of it for

    holder colleague incoming beside bystander supervisor | everybody else

A word is the state afterwards, with `>` who holds the desk from then on; an ID is the clause or invariant that refuses it.
`colleague` is of the holder's watch, `beside` comes with the incoming, `bystander` works at the desk and has no part in it;
everybody else is project head, auditor, administrator, the supervisor of another site, operator. After a completed handover
the columns keep their people: the incoming holds the desk then. "-" says that what the act is about is not there.
"""

TABLE: dict[str, dict[str, str]] = {
    "start_handover": {
        "closed opening": "I3 I3 I3 I3 I3 I3 | A29",
        "held upheld cancelled": "preparing preparing preparing A26 A26 preparing | A29",
        "gap": "A23 A23 A23 A23 A23 A23 | A29",
        "preparing signed_out suspended refused closing": "I3 I3 I3 A26 A26 I3 | A29",
        "completed": "A26 A26 I4 I4 A26 I4 | A29",
    },
    "close_desk": {
        "closed preparing signed_out suspended refused closing opening": "I3 I3 I3 I3 I3 I3 | A29",
        "held upheld cancelled": "closing I3 I3 I3 I3 I3 | A29",
        "gap": "A23 A23 A23 A23 A23 A23 | A29",
        "completed": "I3 I3 closing I3 I3 I3 | A29",
    },
    "open_desk": {
        "closed": "opening opening opening opening opening opening | A29",
        "held gap preparing signed_out suspended refused completed upheld cancelled closing opening": "I3 I3 I3 I3 I3 I3 | A29",
    },
    "tell_matter": {
        "closed held gap": "-",
        "preparing signed_out": "preparing preparing A26 A26 A26 A26 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A26 A26 A26 A26 | A29",
        "opening": "A26 A26 A26 A26 A26 A26 | A29",
    },
    "name_overnight": {
        "closed held gap": "-",
        "preparing signed_out": "preparing preparing A26 A26 A26 A26 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A26 A26 A26 A26 | A29",
        "opening": "A26 A26 A26 A26 A26 A26 | A29",
    },
    "acknowledge_matter": {
        "closed held gap": "-",
        "preparing": "A30 A30 preparing A30 A30 A30 | A29",
        "signed_out": "A30 A30 signed_out A30 A30 A30 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "A30 A30 A30 A30 A30 A30 | A29",
        "opening": "A30 A30 A26 A30 A30 A30 | A29",
    },
    "acknowledge_rest": {
        "closed held gap": "-",
        "preparing": "A30 A30 preparing A30 A30 A30 | A29",
        "signed_out": "A30 A30 signed_out A30 A30 A30 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "A30 A30 A30 A30 A30 A30 | A29",
        "opening": "A30 A30 opening A30 A30 A30 | A29",
    },
    "ask": {
        "closed held gap": "-",
        "preparing": "A30 A30 preparing preparing A30 A30 | A29",
        "signed_out": "A30 A30 signed_out signed_out A30 A30 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "A30 A30 A30 A30 A30 A30 | A29",
        "opening": "A30 A30 opening opening A30 A30 | A29",
    },
    "answer": {
        "closed held gap closing opening": "-",
        "preparing": "preparing preparing A26 A26 A26 A26 | A29",
        "signed_out": "signed_out signed_out A26 A26 A26 A26 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
    },
    "bring_up_to_date": {
        "closed held gap": "-",
        "preparing": "preparing preparing preparing preparing A28 A28 | A29",
        "signed_out": "I4 I4 I4 I4 A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A28 A28 A28 A28 | A29",
        "opening": "A28 A28 opening opening A28 A28 | A29",
    },
    "count_all_correct": {
        "closed held gap": "-",
        "preparing": "preparing preparing preparing preparing A28 A28 | A29",
        "signed_out": "signed_out signed_out signed_out signed_out A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A28 A28 A28 A28 | A29",
        "opening": "A28 A28 opening opening A28 A28 | A29",
    },
    "count_item": {
        "closed held gap": "-",
        "preparing signed_out": "preparing preparing preparing preparing A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A28 A28 A28 A28 | A29",
        "opening": "A28 A28 opening opening A28 A28 | A29",
    },
    "check_all_pass": {
        "closed held gap": "-",
        "preparing": "preparing preparing preparing preparing A28 A28 | A29",
        "signed_out": "signed_out signed_out signed_out signed_out A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A28 A28 A28 A28 | A29",
        "opening": "A28 A28 opening opening A28 A28 | A29",
    },
    "check_item": {
        "closed held gap": "-",
        "preparing signed_out": "preparing preparing preparing preparing A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A28 A28 A28 A28 | A29",
        "opening": "A28 A28 opening opening A28 A28 | A29",
    },
    "write_remarks": {
        "closed held gap": "-",
        "preparing signed_out": "preparing preparing preparing preparing A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "closing closing A28 A28 A28 A28 | A29",
        "opening": "A28 A28 opening opening A28 A28 | A29",
    },
    "reserve": {
        "closed held gap": "-",
        "preparing signed_out": "A30 A30 preparing A30 A30 A30 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "A30 A30 A30 A30 A30 A30 | A29",
        "opening": "A30 A30 opening A30 A30 A30 | A29",
    },
    "sign_out": {
        "closed held gap": "-",
        "preparing signed_out": "signed_out A29 A29 A29 A29 A29 | A29",
        "suspended refused completed upheld cancelled closing opening": "A29 A29 A29 A29 A29 A29 | A29",
    },
    "sign_in": {
        "closed held gap": "-",
        "preparing suspended refused completed upheld cancelled closing opening": "A29 A29 A29 A29 A29 A29 | A29",
        "signed_out": "A29 A29 completed>incoming A29 A29 A29 | A29",
    },
    "sign_closing": {
        "closed held gap": "-",
        "preparing signed_out suspended refused completed upheld cancelled opening": "A29 A29 A29 A29 A29 A29 | A29",
        "closing": "completed>closed A29 A29 A29 A29 A29 | A29",
    },
    "sign_opening": {
        "closed held gap": "-",
        "preparing signed_out suspended refused completed upheld cancelled closing": "A29 A29 A29 A29 A29 A29 | A29",
        "opening": "A29 A29 completed>incoming A29 A29 A29 | A29",
    },
    "refuse": {
        "closed held gap": "-",
        "preparing signed_out": "refused A22 refused A22 A22 A22 | A29",
        "suspended refused completed upheld cancelled": "I9 A22 I9 A22 A22 A22 | A29",
        "closing opening": "A22 A22 A22 A22 A22 A22 | A29",
    },
    "decide_refusal back": {
        "closed held gap preparing signed_out suspended completed cancelled closing opening": "-",
        "refused": "A23 A23 A23 A23 A23 preparing | A23",
        "upheld": "A23 A23 A23 A23 A23 I9 | A23",
    },
    "decide_refusal upheld": {
        "closed held gap preparing signed_out suspended completed cancelled closing opening": "-",
        "refused": "A23 A23 A23 A23 A23 upheld | A23",
        "upheld": "A23 A23 A23 A23 A23 I9 | A23",
    },
    "suspend": {
        "closed held gap": "-",
        "preparing signed_out": "suspended suspended suspended suspended A28 A28 | A29",
        "suspended refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "suspended suspended A28 A28 A28 A28 | A29",
        "opening": "A28 A28 suspended suspended A28 A28 | A29",
    },
    "resume": {
        "closed held gap": "-",
        "preparing signed_out refused upheld cancelled": "I9 I9 I9 I9 A23 A23 | A29",
        "suspended": "preparing preparing preparing preparing A23 A23 | A29",
        "completed": "I9 A23 I9 I9 A23 A23 | A29",
        "closing": "I9 I9 A23 A23 A23 A23 | A29",
        "opening": "A23 A23 I9 I9 A23 A23 | A29",
    },
    "cancel": {
        "closed held gap": "-",
        "preparing signed_out suspended": "cancelled cancelled cancelled cancelled I9 cancelled | A29",
        "refused completed upheld cancelled": "I9 I9 I9 I9 I9 I9 | A29",
        "closing": "cancelled cancelled I9 I9 I9 cancelled | A29",
        "opening": "I9 I9 cancelled cancelled I9 cancelled | A29",
    },
    "name_relief": {
        "closed opening": "A23 A23 A23 A23 A23 I3 | A23",
        "held": "A23 A23 A23 A23 A23 held | A23",
        "gap": "A23 A23 A23 A23 A23 gap | A23",
        "preparing signed_out": "A23 A23 A23 A23 A23 preparing | A23",
        "suspended": "A23 A23 A23 A23 A23 suspended | A23",
        "refused": "A23 A23 A23 A23 A23 refused | A23",
        "completed": "A23 A23 A23 A23 A23 completed | A23",
        "upheld": "A23 A23 A23 A23 A23 upheld | A23",
        "cancelled": "A23 A23 A23 A23 A23 cancelled | A23",
        "closing": "A23 A23 A23 A23 A23 closing | A23",
    },
    "take_over": {
        "closed opening": "A23 A23 A23 A23 A23 I3 | A23",
        "held gap": "A23 A23 A23 A23 A23 held>supervisor | A23",
        "preparing signed_out suspended refused cancelled closing": "A23 A23 A23 A23 A23 cancelled>supervisor | A23",
        "completed": "A23 A23 A23 A23 A23 completed>supervisor | A23",
        "upheld": "A23 A23 A23 A23 A23 upheld>supervisor | A23",
    },
    "release_holder": {
        "closed opening": "I3 I3 I3 I3 I3 I3 | I3",
        "held": "held>colleague held>colleague A23 A23 A23 held>colleague | A23",
        "gap": "A23 A23 A23 A23 A23 A23 | A23",
        "preparing signed_out suspended refused cancelled closing": "cancelled>colleague cancelled>colleague A23 A23 A23 cancelled>colleague | A23",
        "completed": "A23 A23 completed>beside completed>beside A23 completed>beside | A23",
        "upheld": "upheld>colleague upheld>colleague A23 A23 A23 upheld>colleague | A23",
    },
    "fill_gap": {
        "closed held preparing signed_out suspended refused completed upheld cancelled closing opening": "I3 I3 I3 I3 I3 I3 | I3",
        "gap": "held>holder held>colleague held>incoming held>beside held>bystander held>supervisor | A6",
    },
}
