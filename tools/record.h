/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fields of JSON objects: written, and read back with their types checked, as
 * files can be damaged.
 */
#ifndef NUMATRACE_RECORD_H
#define NUMATRACE_RECORD_H

#include <numa.h>
#include <stdbool.h>
#include <stdint.h>

#include "target.h"

struct json_object;

/* A value that is NULL is JSON's null. Bytes that JSON cannot have are escaped. */
struct json_object *record_string(const char *text);
void record_add(struct json_object *record, const char *key,
		struct json_object *value);
void record_add_text(struct json_object *record, const char *key,
		     const char *text);
void record_add_number(struct json_object *record, const char *key,
		       uint64_t number);
void record_add_flag(struct json_object *record, const char *key, bool flag);
/* As a list such as 0-3,8. */
void record_add_mask(struct json_object *record, const char *key,
		     const struct bitmask *mask);
/* "pid", "start_time" and "comm". */
void record_add_process(struct json_object *record,
			const struct target_process *process);
/* An array of such objects. */
void record_add_processes(struct json_object *record, const char *key,
			  const struct target *target);

/* NULL where there is no such text. */
const char *record_text(const struct json_object *record, const char *key);
/* False where there is no such number, or it is negative. */
bool record_number(const struct json_object *record, const char *key,
		   uint64_t *number);
/* 0 where there is none. */
int record_result(const struct json_object *record);
bool record_flag(const struct json_object *record, const char *key);
/* NULL where there is no such array. */
const struct json_object *record_array(const struct json_object *record,
				       const char *key);
/* A list into @mask, which was empty. False where it is none or beyond. */
bool record_mask(const struct json_object *record, const char *key,
		 struct bitmask *mask);
/* @comm is that of @record; it is not open. False where the number or the time is missing. */
bool record_process(const struct json_object *record,
		    struct target_process *process);

#endif
