"""The words of the pages about one firm, one person or one place."""

LIVES = {"alive": ("存续", "good"), "dormant": ("停业", "warn"), "gone": ("终止", "bad")}
STATUSES = {
    "active": "存续（在营）",
    "cancelled": "注销",
    "revoked": "吊销",
    "normal": "正常",
    "abnormal": "非正常",
    "paused": "停缴",
}
KINDS = {
    "firm": "企业",
    "sole_trader": "个体工商户",
    "institution": "事业单位",
    "association": "社会团体",
    "foundation": "基金会",
    "private_unit": "民办非企业单位",
    "seat": "住所",
    "branch": "分支机构",
}
ROLES = {"legal_representative": "法定代表人", "operator": "经营者"}
METHODS = {
    "credit_code": "信用代码相同",
    "organisation_code": "组织机构代码相同",
    "old_number": "原注册号相同",
    "mistyped_code": "代码错一两位",
    "branch_name": "分支机构名称",
    "probable": "概率匹配",
    "decision": "人工裁定",
    "number": "号码相符",
    "number_alone": "号码相符，姓名或生日不符",
    "nearly_number": "号码错一位或相邻颠倒",
    "family": "同一出生证明的父母户",
    "village": "同村居唯一",
    "township": "同乡镇唯一",
    "county": "同县唯一",
    "city": "全市唯一",
    "own_record": "还没有登记户籍的新生儿",
}
ATTRIBUTES = {
    "*": "其余各项",
    "name": "名称",
    "representative": "法定代表人",
    "industry_code": "行业代码",
    "county_code": "县（市、区）",
    "sex": "性别",
    "ethnicity": "民族",
    "birth_date": "出生日期",
    "marital_status": "婚姻状况",
    "died_on": "死亡日期",
    "residence_village_code": "居住村居",
    "residence_address": "居住地址",
    "register": "登记",
}
RECORDS = {
    "license": "许可",
    "penalty": "处罚",
    "dishonest_debtor": "失信被执行人",
    "tax_rating": "纳税信用",
    "wage_arrears": "拖欠工资",
}
REASONS = {
    "not_in_force": "状态无效",
    "out_of_term": "不在有效期",
    "holder_gone": "持证人已终止",
    "digest_wrong": "摘要不符",
    "signature_wrong": "签章不符",
    "holder_unknown": "查不到持证人",
}
SEXES = {"1": "男", "2": "女"}
MARRIAGES = {"10": "未婚", "20": "已婚", "30": "丧偶", "40": "离婚", "90": "未说明"}
PEOPLE = {
    "registered": "在册",
    "moved_out": "迁出",
    "cancelled": "注销",
    "mother": "母亲",
    "father": "父亲",
    "person": "本人",
    "child": "新生儿",
    "deceased": "死者",
    "husband": "夫",
    "wife": "妻",
}


def method_title(method: object) -> str:
    """How a record was found to be about its subject."""
    text = str(method)
    if text.startswith(("name_", "core_")):
        return "名称加县区或法定代表人"
    return METHODS.get(text, text)
