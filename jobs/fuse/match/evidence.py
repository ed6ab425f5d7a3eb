"""What speaks for a link and what against it, in words a reviewer reads; no names and no numbers of persons."""

EVIDENCE = """
concat_ws('；',
    CASE WHEN r.number IS NULL THEN '无代码'
         WHEN r.number = e.credit_code THEN '信用代码一致'
         WHEN r.organisation_code = e.organisation_code THEN '组织机构代码一致'
         WHEN r.number = e.old_number THEN '原注册号一致'
         WHEN length(r.number) = 18 AND levenshtein(r.number, e.credit_code) <= 2 THEN '信用代码差一两位'
         ELSE '代码不同' END,
    CASE WHEN r.parent_key IS NOT NULL THEN '分支机构名称'
         WHEN r.key = e.key THEN '名称一致'
         WHEN EXISTS (FROM known_name k WHERE k.entity_id = e.entity_id AND k.key = r.key) THEN '曾用名一致'
         WHEN r.core = e.core THEN '字号与行业一致'
         WHEN dice(r.core, e.core) >= 0.5 THEN '名称相近'
         ELSE '名称不同' END,
    CASE WHEN r.representative = e.representative THEN '法定代表人一致'
         WHEN r.representative <> e.representative THEN '法定代表人不同' END,
    CASE WHEN r.county_code = e.county_code THEN '县区一致' ELSE '县区不同' END,
    CASE WHEN abs(r.began_on - e.established_on) <= 100 THEN '开业日期相近' END,
    CASE WHEN r.address = e.address THEN '地址一致' END,
    CASE WHEN NOT e.is_alive THEN '登记已注销或吊销' END)
"""
"""SQL over ``r`` (record) and ``e`` (entity)."""
