"""Sentences of the sample site in English, Simplified and Traditional Chinese."""

BRIEFING = (
    "Water is off in building 5 from 14:00 to 16:00: tell callers. Parcels are announced by phone today.",
    "今日 14:00–16:00 5 栋停水，请告知来电住户。今日快递一律电话通知。",
    "今日 14:00–16:00 5 棟停水，請告知來電住戶。今日快遞一律電話通知。",
)
ESCALATED = (
    "The resident wants a written answer about the noise today.",
    "业主要求今天就噪音问题给书面答复。",
    "業主要求今天就噪音問題給書面答覆。",
)
ENGINEER = ("Mr. Zheng", "郑工", "鄭工")
CALL_TREE = ("Contacts of the departments filled in.", "填写各部门联络人。", "填寫各部門聯絡人。")
FAR_PAST = ("After holidays the old time was too short.", "节假日后原时限过短。", "節假日後原時限過短。")
REMARK = ("Two umbrellas left open behind the desk.", "前台后方两把雨伞未收。", "前台後方兩把雨傘未收。")
CORRECTED = ("Folded and put into the stand.", "已收起放入伞架。", "已收起放入傘架。")
NEXT_STEPS = {
    "repair": ("Engineering reports when it is done, else call its lead.", "工程部完成后回报，未回报则致电其主管。", "工程部完成後回報，未回報則致電其主管。"),
    "complaint": ("Call the resident back with the result.", "有结果后回电业主。", "有結果後回電業主。"),
    "parcel": ("Tell the recipient again if it is not fetched.", "未领取则再次通知收件人。", "未領取則再次通知收件人。"),
    "message": ("Pass it on and note who took it.", "转达并注明接收人。", "轉達並註明接收人。"),
}
NEXT_STEP = ("Ask whether it is done.", "询问是否完成。", "詢問是否完成。")
OVERNIGHT = ("Security duty room", "秩序维护部值班室", "秩序維護部值班室")
LEFT_OUT = (
    "One of the two parcels stands on shelf B-1, not A-3; that was not told.",
    "两件快递中有一件放在 B-1 架，不在 A-3 架，交接时未说明。",
    "兩件快遞中有一件放在 B-1 架，不在 A-3 架，交接時未說明。",
)
LEFT_OUT_SAID = (
    "I moved it when the shelf was full and forgot to say so.", "架满时挪过去的，交接时忘了说。", "架滿時挪過去的，交接時忘了說。",
)
LEFT_OUT_DECIDED = (
    "Found and told. Whoever moves a parcel adds the new place to its entry from now on.",
    "已找到并告知。今后挪动快递须在原记录补充新位置。",
    "已找到並告知。今後挪動快遞須在原記錄補充新位置。",
)
LIFT = (
    "Lift of building 6 stands still between floors 8 and 9, one person inside, unhurt; they are spoken to by intercom.",
    "6 栋电梯停在 8、9 层之间，困 1 人，无受伤，已通过对讲安抚。",
    "6 棟電梯停在 8、9 層之間，困 1 人，無受傷，已通過對講安撫。",
)
LIFT_MOBILISED = ("14:41 Security\n14:42 Engineering", "14:41 秩序维护部\n14:42 工程维修部", "14:41 秩序維護部\n14:42 工程維修部")
LIFT_MEASURES = ("14:42 Lift doors of all floors guarded", "14:42 各层电梯门口专人看守", "14:42 各層電梯門口專人看守")
LIFT_CALLED = ("A person is shut in.", "有人被困。", "有人被困。")
LIFT_DECIDED = (
    "The lift stays out of use until the maintenance firm has released it in writing.",
    "电梯停用，待维保单位书面确认后恢复。",
    "電梯停用，待維保單位書面確認後恢復。",
)
LIFT_PHOTO = ("The display when the lift stood still.", "停梯时的楼层显示。", "停梯時的樓層顯示。")
LIFT_DONE = (
    "Freed at 15:02, unhurt; the lift is out of use, notices hang on every floor.",
    "15:02 解救，无受伤；电梯停用，各层已张贴告示。",
    "15:02 解救，無受傷；電梯停用，各層已張貼告示。",
)
LIFT_UNDER_WAY = (
    "Security guards every door, engineering is on its way with the key.",
    "秩序维护部已到各层看守，工程维修部带钥匙赶来。",
    "秩序維護部已到各層看守，工程維修部帶鑰匙趕來。",
)
KEY_TO = ("Mr. Wang, engineering", "工程维修部 王工", "工程維修部 王工")
KEY_FOR = ("Switch room of building 3", "3 栋配电房", "3 棟配電房")
CARDS_TO = ("Facade cleaners, Mr. Liu", "外墙清洗公司 刘师傅", "外牆清洗公司 劉師傅")
CARDS_FOR = ("Facade of building 6", "6 栋外墙清洗", "6 棟外牆清洗")
FEE = ("Fee for opening a door, 5-1203", "开锁服务费，5 栋 1203", "開鎖服務費，5 棟 1203")
CARD_MISSING = (
    "A visitor to 10-2202 has not returned card 14; called, he brings it tomorrow.",
    "10 栋 2202 的访客未归还 14 号证，已电话联系，明日送回。",
    "10 棟 2202 的訪客未歸還 14 號證，已電話聯絡，明日送回。",
)
RAIN = ("Rain comes in under the left door; mopped, the seal is worn.", "左侧门底进雨水，已拖干，门底密封条老化。", "左側門底進雨水，已拖乾，門底密封條老化。")
RADIO_MISSING = (
    "Radio 3 is not in its charger; the night guard may have taken it.", "3 号对讲机不在充电座，可能被夜班保安借用。", "3 號對講機不在充電座，可能被夜班保安借用。",
)
LAMP_OUT = ("The lamp over the counter is out.", "台面上方一盏灯不亮。", "檯面上方一盞燈不亮。")
LAMP_RIGHT = ("New bulb put in.", "已更换灯泡。", "已更換燈泡。")
ASKED_EXAM = ("An examination at the evening school.", "夜校考试。", "夜校考試。")
ASKED_FAMILY = ("A family matter.", "家里有事。", "家裡有事。")
ASKED_SCHOOL = ("Parents' meeting at school.", "孩子学校开家长会。", "孩子學校開家長會。")
ASKED_TOWN = ("Going home to see my parents.", "回老家看望父母。", "回老家看望父母。")
REFUSED_FEW = (
    "The late shift of that day needs somebody who knows the fire panel.", "当日晚班需有熟悉消防主机的人员。", "當日晚班需有熟悉消防主機的人員。",
)
LEFT_ALONE_SAID = (
    "A child was crying alone in the lobby of building 3; I brought it to its parents.",
    "3栋大堂有小孩独自哭泣，我送其回到父母身边。", "3棟大堂有小孩獨自哭泣，我送其回到父母身邊。",
)
LEFT_ALONE_SETTLED = (
    "A special reason; next time ask security to stay at the desk.", "属特殊原因；下次请秩序维护部代岗。", "屬特殊原因；下次請秩序維護部代崗。",
)
