/**
 * Transcripts as text files, one a job. Format: {@code docs/formats/catalog.md}, "Transcripts".
 */
@NullMarked
package io.saddlebag.job.file;

import org.jspecify.annotations.NullMarked;
