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
    Happening(118, "parcel", "desk", "7栋802", "吴女士", "13800138006", "Parcel accepted, shelf B-1; owner told by phone.", "代收快递一件，存 B-1 架，已电话通知。", "代收快遞一件，存 B-1 架，已電話通知。", closed=False),
    Happening(195, "visitor", "desk", "10栋2202", "Mr. Chen", "", "Two fitters for flat 2202 let in after a call, cards 11 and 12.", "2202 装修师傅两人，电话确认后放行，出入证 11、12 号。", "2202 裝修師傅兩人，電話確認後放行，出入證 11、12 號。"),
    Happening(290, "service", "desk", "3栋1501", "黄先生", "13800138007", "Booked window cleaning for Saturday 10:00, 120 yuan, receipt given.", "预约周六 10:00 擦窗服务，120 元，已开收据。", "預約週六 10:00 擦窗服務，120 元，已開收據。"),
    Happening(412, "help", "phone", "2栋大堂", "", "13800138008", "Child waits alone in the lobby; parents reached, fetched at 15:05.", "大堂有儿童独自等候，已联系家长，15:05 接走。", "大堂有兒童獨自等候，已聯絡家長，15:05 接走。"),
    Happening(503, "enquiry", "phone", "9栋1302", "Mrs. Wong", "13800138004", "Asked when water is back in building 5; engineering says 16:10.", "询问 5 栋何时恢复供水，工程维修部答复 16:10。", "詢問 5 棟何時恢復供水，工程維修部答覆 16:10。"),
    Happening(548, "repair", "phone", "11栋804", "孙先生", "13800138009", "Door of the lift hall does not close; security stands by.", "电梯厅门关不上，秩序维护部在场看护。", "電梯廳門關不上，秩序維護部在場看護。", closed=False, urgent=True),
    Happening(590, "message", "phone", "", "周老师", "020-38382519", "For the supervisor: the festival committee meets on Friday at 19:00.", "致主管：节日活动小组周五 19:00 开会。", "致主管：節日活動小組週五 19:00 開會。", closed=False),
    Happening(661, "item", "desk", "会所泳池", "", "", "Found: a blue water bottle, kept in drawer 2.", "拾得蓝色水杯一个，存 2 号抽屉。", "拾得藍色水杯一個，存 2 號抽屜。"),
]
