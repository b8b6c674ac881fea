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
