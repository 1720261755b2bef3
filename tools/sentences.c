// SPDX-License-Identifier: GPL-2.0
#include "sentences.h"

#include "printable.h"
#include "record.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>

int sentences_take(struct sentences *sentences, char *text)
{
	char **grown = NULL, *shown = printable(text);

	free(text);
	if (shown)
		grown = reallocarray(sentences->text, sentences->count + 1,
				     sizeof(*grown));
	if (!grown) {
		free(shown);
		return -ENOMEM;
	}
	sentences->text = grown;
	grown[sentences->count++] = shown;
	return 0;
}

struct json_object *sentences_json(const struct sentences *sentences)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; array && i < sentences->count; i++)
		json_object_array_add(array, record_string(sentences->text[i]));
	return array;
}

void sentences_free(struct sentences *sentences)
{
	for (size_t i = 0; i < sentences->count; i++)
		free(sentences->text[i]);
	free(sentences->text);
	*sentences = (struct sentences){ 0 };
}
