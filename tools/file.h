/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small files, such as the kernel shows them in /proc and sysfs, and such as we
 * leave for later.
 */
#ifndef NUMATRACE_FILE_H
#define NUMATRACE_FILE_H

struct stat;

/*
 * All of the text of a file, to be freed; NULL, and errno, where it cannot be
 * read.
 */
char *file_read(const char *path);

/*
 * Have a file, in folders that are made where they lack, contain @text and a
 * newline at its end: whoever reads it meanwhile sees all of the old or all of
 * the new, also after a crash. It keeps its mode and its owner, and where @path
 * is a symbolic link it is the file that this leads to. What is no file, as a
 * pipe, is written to. 0 or a negative errno:
 *   -EACCES	also where what is there is somebody else's, in a folder that
 *		everybody may write to
 *   -EPERM	also where the owner cannot be kept
 */
int file_replace(const char *path, const char *text);

/* Give a file the mode and the owner of @other. 0 or a negative errno. */
int file_resemble(int fd, const struct stat *other);

#endif
