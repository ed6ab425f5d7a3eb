"""Departments of the city and its counties with what their systems are about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Department:
    """One owner of systems: ``code`` as in manifests (a county's code for its government)."""

    code: str
    name: str
    subjects: tuple[str, ...]

    @property
    def is_county(self) -> bool:
        """Whether it is the government of a county."""
        return self.code.isdigit()


_COUNTY = (
    "政务公开",
    "乡镇财务",
    "惠民补贴发放",
    "征地补偿",
    "村务监督",
    "扶贫对象",
    "项目调度",
    "环境网格",
    "信访事项",
)
DEPARTMENTS: tuple[Department, ...] = (
    Department("zfbgs", "市政府办公室", ("公文流转", "督查事项", "应急值守", "政务信息采编", "会议安排", "建议提案")),
    Department("fagaiwei", "发展改革委", ("投资项目审批", "价格监测预警", "节能审查", "信用信息归集", "重点项目调度")),
    Department("jiaoyuju", "教育局", ("学籍", "教师资格认定", "校车安全", "考试报名", "学前教育补助", "民办学校年检")),
    Department("gonganju", "公安局", ("户籍办理", "机动车登记", "出入境证件", "旅馆业治安", "接处警", "大型活动许可")),
    Department("minzhengju", "民政局", ("婚姻登记", "低保对象核查", "社会组织年检", "养老机构", "地名", "救灾物资")),
    Department(
        "caizhengju", "财政局", ("国库集中支付", "预算编制", "非税收入收缴", "政府采购", "会计人员", "资产清查")
    ),
    Department(
        "rensheju", "人力资源社会保障局", ("社保征缴", "工伤认定", "就业登记", "职称评审", "劳动仲裁", "退休审批")
    ),
    Department("guotuju", "国土资源局", ("不动产登记", "土地出让", "矿业权", "耕地保护", "地质灾害预警", "测绘成果")),
    Department("huanbaoju", "环保局", ("排污许可", "空气质量监测", "危险废物转移", "环评审批", "污染源在线监控")),
    Department("zhujianju", "住房城乡建设局", ("施工许可", "商品房网签", "公租房配租", "燃气安全", "建筑企业资质")),
    Department(
        "jiaotongju", "交通运输局", ("道路运输证", "公路养护", "出租车监管", "港航船舶", "超限治理", "工程招标")
    ),
    Department("shuiliju", "水利局", ("取水计量", "河长巡查", "水库雨情", "水土保持", "防汛会商")),
    Department("nongyeju", "农业局", ("种子备案", "动物检疫", "农机补贴", "农产品追溯", "土地确权")),
    Department("linyeju", "林业局", ("林权", "森林防火", "采伐限额", "病虫害测报", "湿地保护")),
    Department("wenguangxinju", "文广新局", ("文物普查", "网吧监管", "图书馆借阅", "广播电视安全播出", "非遗项目")),
    Department("weijiwei", "卫生计生委", ("居民健康档案", "疫情直报", "妇幼保健", "献血者", "医师注册", "药品采购")),
    Department("tongjiju", "统计局", ("企业联网直报", "住户调查", "基本单位名录", "价格采集", "数据发布")),
    Department("anjianju", "安监局", ("危化品企业", "隐患排查", "事故统计", "矿山监控", "特种作业证")),
    Department("gongshangju", "工商局", ("企业登记", "消费投诉", "广告监测", "商标", "市场主体年报")),
    Department("guoshuiju", "国税局", ("纳税申报", "发票领用", "出口退税", "税源分析", "纳税信用")),
    Department("shiyaojianju", "食品药品监管局", ("餐饮量化分级", "药品追溯", "食品抽检", "医疗器械备案", "投诉举报")),
    Department("wujiaju", "物价局", ("价格认定", "收费许可", "成本监审", "农产品价格")),
    Department("bianban", "编办", ("机构编制实名制", "事业单位登记", "权责清单", "域名核准")),
    Department("zwfwzx", "政务服务中心", ("事项目录", "窗口叫号", "网上申报", "证照核验", "中介超市", "办件评价")),
    Department("370902", "泰山区政府", _COUNTY),
    Department("370911", "岱岳区政府", _COUNTY),
    Department("370921", "宁阳县政府", _COUNTY),
    Department("370923", "东平县政府", _COUNTY),
    Department("370982", "新泰市政府", _COUNTY),
    Department("370983", "肥城市政府", _COUNTY),
)
OFFICE_SUBJECTS = (
    "财务核算",
    "人事档案",
    "固定资产",
    "党建学习",
    "车辆调度",
    "档案",
    "考勤",
    "食堂消费",
    "培训",
    "保密检查",
)
"""Every office has these."""

OLD_NAMES = ("卫生局", "广播电视局", "建设局", "劳动和社会保障局", "质量技术监督局")
"""Departments as they were called before an earlier reform; somebody still fills in last year's form."""
