// SPDX-License-Identifier: GPL-2.0
#include "fuzz.h"

#include "rules.h"

/* A process that most conditions can be about. */
static const struct subject subject = {
	.pid = 1000,
	.comm = "nginx",
	.exe = "/usr/sbin/nginx",
	.cgroup = "/system.slice/nginx.service/worker",
};

static void check(const struct rule *rule)
{
	char *conditions = rule_conditions(rule);
	enum rule_key key = rule_mismatch(rule, &subject);

	assert(conditions);
	free(conditions);
	assert(rule->file && rule->line && rule->action);
	assert(rule->none || !policy_is_empty(&rule->policy));
	assert(key == RULE_KEYS || rule->pattern[key]);
	assert(key == RULE_KEYS || rule_key_word(key));
	assert(rule_group(rule, &subject) <= strlen(subject.cgroup));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const struct rule *match;
	struct rules rules = { 0 };

	assert(!rules_parse(text, "file", &rules));
	for (size_t i = 0; i < rules.count; i++)
		check(&rules.rule[i]);
	for (size_t i = 0; i < rules.errors.count; i++)
		assert(!strncmp(rules.errors.error[i], "file:", 5));
	match = rules_match(&rules, &subject);
	assert(!match || rule_mismatch(match, &subject) == RULE_KEYS);
	rules_free(&rules);
	free(text);
	return 0;
}
