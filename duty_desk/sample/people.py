"""The people of the sample site: clearly sample data, with passwords that production refuses."""

from dataclasses import dataclass

from desks.models import Role


@dataclass(frozen=True)
class SamplePerson:
    """One account of the sample site; `shown` accounts are printed by `make run`."""

    login: str
    number: str
    name: str
    name_latin: str
    role: Role | None
    at_desk: bool = True
    shown: bool = False
    phone: str = ""


PEOPLE = [
    SamplePerson("he", "0104", "何嘉怡", "He Jiayi", Role.AGENT, shown=True),
    SamplePerson("liang", "0106", "梁美玲", "Liang Meiling", Role.AGENT, shown=True),
    SamplePerson("huang", "0105", "黄志强", "Huang Zhiqiang", Role.AGENT),
    SamplePerson("wu", "0107", "吴俊杰", "Wu Junjie", Role.AGENT),
    SamplePerson("zheng", "0108", "郑雅文", "Zheng Yawen", Role.AGENT),
    SamplePerson("zhou", "0101", "周敏", "Zhou Min", Role.BUTLER, shown=True),
    SamplePerson("chen", "0102", "陈国伟", "Chen Guowei", Role.BUTLER, shown=True),
    SamplePerson("lin", "0103", "林晓燕", "Lin Xiaoyan", Role.BUTLER),
    SamplePerson("supervisor", "0001", "徐文婷", "Xu Wenting", Role.SUPERVISOR, at_desk=False, shown=True, phone="13800138100"),
    SamplePerson("head", "0002", "方建平", "Fang Jianping", Role.PROJECT_HEAD, at_desk=False, shown=True, phone="13800138103"),
    SamplePerson("auditor", "0003", "宋岚", "Song Lan", Role.AUDITOR, at_desk=False, shown=True),
    SamplePerson("siteadmin", "0004", "罗启明", "Luo Qiming", Role.SITE_ADMINISTRATOR, at_desk=False, shown=True),
    SamplePerson("security", "0301", "梁国栋", "Liang Guodong", Role.DEPARTMENT_CONTACT, at_desk=False),
    SamplePerson("operator", "", "系统运维", "Operator", None, at_desk=False, shown=True),
]
