// SPDX-License-Identifier: GPL-2.0
#include "ab_show.h"

#include "ab_columns.h"
#include "output_array.h"
#include "output_plain.h"

#include <errno.h>
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const result_words[] = {
	[AB_UNKNOWN] = "unknown",
	[AB_FEW] = "too_few_rounds",
	[AB_NOISE] = "within_noise",
	[AB_ON] = "on",
	[AB_OFF] = "off",
};

static const char no_rate[] =
	"No verdict on speed: the workload's throughput is not known (a command, --counter).";
static const char too_few[] =
	"No verdict: fewer than %d rounds of each kind say too little of the noise (--rounds).";
static const char within_noise[] =
	"No verdict: the difference is within the noise (on: %+.1f %%, noise %.1f %%).";
static const char faster[] =
	"Faster %s balancing: with it %.1f %% %s per second than without (noise %.1f %%).";
static const char of_processes[] =
	"All but RATE is of the processes asked for; all of the machine was switched.";
static const char of_machine[] = "All but RATE is of the whole machine.";
static const char no_samples[] =
	"Without balancing nothing is sampled; faults of what was armed before take time still.";
static const char carried_over[] =
	"What a round with balancing has moved stays moved in the next one without.";
static const char switched_once[] =
	"Switched once: what changes with time by itself counts as a difference.";
static const char stuck[] =
	"kernel.numa_balancing could not be restored: it was %u.";
static const char left_so[] =
	"Somebody else has changed kernel.numa_balancing meanwhile: it was left so.";

char *ab_verdict_sentence(const struct ab_verdict *verdict)
{
	const char *which = verdict->result == AB_ON ? "with" : "without";
	const char *how = verdict->difference > 0 ? "more" : "less";
	double difference = verdict->difference * 100;
	double noise = verdict->noise * 100;
	char *text = NULL;
	int length;

	switch (verdict->result) {
	case AB_UNKNOWN:
		return strdup(no_rate);
	case AB_FEW:
		length = asprintf(&text, too_few, AB_MIN_ROUNDS);
		break;
	case AB_NOISE:
		length = asprintf(&text, within_noise, difference, noise);
		break;
	default:
		length = asprintf(&text, faster, which, fabs(difference), how,
				  noise);
	}
	return length < 0 ? NULL : text;
}

static int note_scope(const struct ab_plan *plan, struct sentences *notes)
{
	int err = sentences_add(notes, "%s",
				plan->pid_count ? of_processes : of_machine);

	if (!err)
		err = sentences_add(notes, "%s", no_samples);
	if (!err && !plan->throughput.command)
		err = sentences_add(notes, "%s", carried_over);
	if (!err && plan->once)
		err = sentences_add(notes, "%s", switched_once);
	return err;
}

static int note_switch(const struct ab_run *run, struct sentences *notes)
{
	if (run->left)
		return sentences_add(notes, "%s", left_so);
	return sentences_add(notes,
			     run->stuck ? stuck
					: "kernel.numa_balancing is %u again.",
			     run->found);
}

int ab_notes(const struct ab_plan *plan, const struct ab_run *run,
	     struct sentences *notes)
{
	int err = 0;

	if (run->rounds.count < 2 * plan->each)
		err = sentences_add(notes,
				    "Ended early, after %zu of %zu rounds.",
				    run->rounds.count, 2 * plan->each);
	if (!err)
		err = note_scope(plan, notes);
	for (size_t i = 0; !err && i < run->gaps.count; i++)
		err = sentences_add(notes, "%s", run->gaps.text[i]);
	return err ? err : note_switch(run, notes);
}

/* What the report is made of. */
struct page {
	struct ab_round_row rounds[2 * AB_MAX_ROUNDS];
	struct ab_median_row medians[2];
	struct ab_verdict verdict;
	char *sentence;
	struct sentences notes;
};

static int make_page(const struct ab_plan *plan, const struct ab_run *run,
		     struct page *page)
{
	for (size_t i = 0; i < run->rounds.count; i++)
		page->rounds[i] = (struct ab_round_row){
			.number = i + 1,
			.round = &run->rounds.round[i],
		};
	for (int i = 0; i < 2; i++)
		page->medians[i] = (struct ab_median_row){
			.on = !i,
			.rounds = &run->rounds,
		};
	ab_judge(&run->rounds, &page->verdict);
	page->sentence = ab_verdict_sentence(&page->verdict);
	return page->sentence ? ab_notes(plan, run, &page->notes) : -ENOMEM;
}

static void free_page(struct page *page)
{
	free(page->sentence);
	sentences_free(&page->notes);
}

static int print_tables(const struct page *page, const struct ab_run *run,
			const struct output_style *style)
{
	int err;

	if (!run->rounds.count)
		return 0;
	puts("Rounds:");
	err = output_plain(&ab_round_object, style, page->rounds,
			   run->rounds.count, sizeof(*page->rounds));
	if (err)
		return err;
	puts("\nMedians:");
	err = output_plain(&ab_median_object, style, page->medians, 2,
			   sizeof(*page->medians));
	if (!err)
		printf("\n%s\n\n", page->sentence);
	return err;
}

static int print_page(const struct page *page, const struct ab_run *run,
		      const struct output_style *style)
{
	int err = print_tables(page, run, style);

	if (err)
		return err;
	for (size_t i = 0; i < page->notes.count; i++)
		puts(page->notes.text[i]);
	return 0;
}

int ab_show_text(const struct ab_plan *plan, const struct ab_run *run,
		 const struct output_style *style)
{
	struct page page = { 0 };
	int err = make_page(plan, run, &page);

	if (!err)
		err = print_page(&page, run, style);
	free_page(&page);
	return err;
}

static struct json_object *ratio(bool known, double value)
{
	return known ? json_object_new_double(value) : NULL;
}

static struct json_object *text(const char *value)
{
	return json_object_new_string(value);
}

static struct json_object *verdict_json(const struct page *page)
{
	const struct ab_verdict *verdict = &page->verdict;
	bool known = verdict->result != AB_UNKNOWN;
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "result",
			       text(result_words[verdict->result]));
	json_object_object_add(json, "difference",
			       ratio(known, verdict->difference));
	json_object_object_add(json, "noise", ratio(known, verdict->noise));
	json_object_object_add(json, "sentence", text(page->sentence));
	return json;
}

int ab_show_json(const struct ab_plan *plan, const struct ab_run *run)
{
	struct json_object *json = json_object_new_object();
	struct page page = { 0 };
	int err = make_page(plan, run, &page);

	if (!err) {
		json_object_object_add(json, "numa_balancing",
				       json_object_new_uint64(run->found));
		json_object_object_add(json, "rounds",
				       output_array(&ab_round_object, NULL,
						    page.rounds,
						    run->rounds.count,
						    sizeof(*page.rounds)));
		json_object_object_add(json, "medians",
				       output_array(&ab_median_object, NULL,
						    page.medians, 2,
						    sizeof(*page.medians)));
		json_object_object_add(json, "verdict", verdict_json(&page));
		json_object_object_add(json, "notes",
				       sentences_json(&page.notes));
		err = output_json(json);
	} else {
		json_object_put(json);
	}
	free_page(&page);
	return err;
}
