/** Of the files that are read as tables, with the dot. */
export const tableEndings = ['.csv', '.tsv', '.tab', '.txt', '.xlsx', '.parquet', '.pq', '.jsonl', '.ndjson']
