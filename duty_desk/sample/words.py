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
REMARK = ("Two umbrellas left open behind the desk.", "前台后方两把雨伞未收。", "前台後方兩把雨傘未收。")
CORRECTED = ("Folded and put into the stand.", "已收起放入伞架。", "已收起放入傘架。")
NEXT_STEP = ("Call back before 17:30.", "17:30 前回电确认。", "17:30 前回電確認。")
OVERNIGHT = ("Security duty room", "秩序维护部值班室", "秩序維護部值班室")
