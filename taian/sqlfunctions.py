"""Functions a query may call: those that compute from their arguments and nothing else.

Left out on purpose: what reads files or describes the machine (input_file_name, from_protobuf, from_avro, current_path,
version), what runs code (java_method, reflect, try_reflect, python and script transforms), what decrypts, what waits or
fails at will (raise_error), and what opens documents that can name others (xpath).
"""

_NAMES = """
    abs acos acosh asin asinh atan atan2 atanh bin bround cbrt ceil ceiling conv cos cosh cot degrees div e exp expm1
    factorial floor greatest hex hypot least ln log log10 log1p log2 mod negative pi pmod positive pow power radians
    rand randn rint round sec sign signum sin sinh sqrt tan tanh try_add try_divide try_mod try_multiply try_subtract
    try_sum try_avg unhex width_bucket
    any any_value approx_count_distinct approx_percentile array_agg avg bit_and bit_or bit_xor bool_and bool_or
    collect_list collect_set corr count count_if count_distinct covar_pop covar_samp every first first_value grouping
    grouping_id histogram_numeric kurtosis last last_value listagg max max_by mean median min min_by mode percentile
    percentile_approx percentile_cont percentile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope
    skewness some std stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance
    cume_dist dense_rank lag lead nth_value ntile percent_rank rank row_number
    ascii base64 bit_length btrim char char_length character_length chr concat concat_ws contains endswith find_in_set
    format_number format_string initcap instr lcase left len length levenshtein locate lower lpad ltrim octet_length
    overlay position printf regexp regexp_count regexp_extract regexp_extract_all regexp_instr regexp_like
    regexp_replace regexp_substr repeat replace reverse right rlike rpad rtrim soundex space split split_part startswith
    substr substring substring_index to_char to_number to_varchar translate trim try_to_number ucase upper
    add_months curdate current_date current_timestamp date date_add date_diff date_format date_from_unix_date date_part
    date_sub date_trunc datediff dateadd datepart day dayname dayofmonth dayofweek dayofyear extract from_unixtime hour
    last_day make_date make_interval make_timestamp minute month monthname months_between next_day now quarter second
    timestamp to_date to_timestamp trunc try_to_timestamp unix_date unix_timestamp weekday weekofyear year
    bigint boolean cast coalesce decimal double float if iff ifnull int isnan isnotnull isnull nanvl nullif nullifzero
    nvl nvl2 smallint string tinyint try_cast typeof zeroifnull
    aggregate array array_compact array_contains array_distinct array_except array_intersect array_join array_max
    array_min array_position array_remove array_size array_sort array_union arrays_overlap arrays_zip cardinality
    element_at exists filter flatten forall get get_json_object json_array_length json_object_keys map_contains_key
    map_entries map_filter map_from_arrays map_from_entries map_keys map_values named_struct sequence size slice
    sort_array struct to_json transform_keys transform_values try_element_at zip_with
    bit_count bit_get crc32 hash md5 sha sha1 sha2 xxhash64
    explode explode_outer inline inline_outer posexplode posexplode_outer stack
    """
FUNCTIONS = frozenset(_NAMES.split())

TABLE_FUNCTIONS = frozenset(
    {"explode", "explode_outer", "inline", "inline_outer", "posexplode", "posexplode_outer", "range"}
)
