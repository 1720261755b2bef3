/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small files, such as the kernel shows them in /proc and sysfs, and such as we
 * leave for later.
 */
#ifndef NUMATRACE_FILE_H
#define NUMATRACE_FILE_H

/*
 * All of the text of a file, to be freed; NULL, and errno, where it cannot be
 * read.
 */
char *file_read(const char *path);

/*
 * Have a file, in folders that are made where they lack, contain @text and a
 * newline at its end: whoever reads it meanwhile sees all of the old or all of
 * the new, also after a crash. 0 or a negative errno.
 */
int file_replace(const char *path, const char *text);

#endif
