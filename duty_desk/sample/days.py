"""What happened at the sample desk, in both languages, as (minutes after opening, kind, place, customer, phone, texts).

Texts are English, Simplified Chinese, Traditional Chinese. An open matter has no result.
"""

from typing import NamedTuple


class Happening(NamedTuple):
    """One line of a sample day; `closed` says whether the matter was settled at once."""

    minute: int
    kind: str
    source: str
    place: str
    customer: str
    phone: str
    english: str
    simplified: str
    traditional: str
    closed: bool = True
    urgent: bool = False


YESTERDAY = [
    Happening(12, "enquiry", "phone", "3栋802", "王女士", "13800138001", "Asked about parking fees; told that the first 30 minutes are free.", "咨询临时停车收费，已告知首 30 分钟免费。", "諮詢臨時停車收費，已告知首 30 分鐘免費。"),
    Happening(55, "repair", "phone", "6栋1104", "陈先生", "13800138002", "Bathroom ceiling leaks; engineering told, visit at 11:00.", "卫生间吊顶漏水，已通知工程维修部，11:00 上门。", "衛生間吊頂漏水，已通知工程維修部，11:00 上門。", closed=False, urgent=True),
    Happening(130, "parcel", "desk", "5栋901", "何小姐", "", "Two parcels accepted, shelf A-3; message sent.", "代收快递两件，存 A-3 架，已短信通知。", "代收快遞兩件，存 A-3 架，已短信通知。", closed=False),
    Happening(245, "complaint", "phone", "12栋302", "刘先生", "13800138003", "Noise from renovation at noon; security asked to check.", "中午装修噪音扰民，已请秩序维护部到场核实。", "中午裝修噪音擾民，已請秩序維護部到場核實。", closed=False),
    Happening(330, "visitor", "desk", "10栋2202", "张先生", "", "Visitor for the owner; let in after a call.", "访客到访业主，电话确认后放行。", "訪客到訪業主，電話確認後放行。"),
    Happening(500, "help", "desk", "2栋大堂", "赵老师", "", "Elderly resident helped home with shopping.", "协助老人提菜回家。", "協助長者提菜回家。"),
    Happening(640, "message", "phone", "", "仲先生", "020-38382517", "For the manager: please call back about the annual inspection contract.", "致物业经理：年检合同事宜，请回电。", "致物業經理：年檢合同事宜，請回電。", closed=False),
]

TODAY = [
    Happening(9, "enquiry", "chat", "8栋1203", "Mrs. Wong", "13800138004", "Asked how to replace an access card; told what to bring.", "咨询门禁卡补办，已告知携带资料到前台。", "諮詢門禁卡補辦，已告知攜帶資料到前台。"),
    Happening(26, "repair", "phone", "5栋1203", "李先生", "13800138005", "Kitchen sink leaks; main valve closed, engineering told.", "厨房水槽下方漏水，已请其关闭总阀，通知工程维修部。", "廚房水槽下方漏水，已請其關閉總閥，通知工程維修部。", closed=False),
    Happening(41, "patrol", "round", "地下车库B2", "", "", "Light of bay 36 is out; bulb ordered.", "B2 区 36 号车位照明不亮，已报修更换。", "B2 區 36 號車位照明不亮，已報修更換。"),
]
