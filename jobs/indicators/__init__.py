"""topic_city__indicator: every declared number by area and month, with 同比 and 环比 where they can be compared.

``formulas.py`` makes leaves (area, month, numerator, denominator), ``rollup.py`` adds them up to county and city,
``build.py`` names areas and compares periods.
"""
