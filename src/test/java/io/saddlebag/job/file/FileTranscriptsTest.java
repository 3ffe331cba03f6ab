package io.saddlebag.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobFault;
import io.saddlebag.job.JobName;
import io.saddlebag.job.Transcript;
import io.saddlebag.job.Transcripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTranscriptsTest {
    private static final JobName JOB = new JobName("admin/16.2");
    private static final String STAMP = "2026-11-21T02:30:00.000Z ";

    @TempDir
    Path folder;

    private FileTranscripts transcripts() {
        return new FileTranscripts(
                folder.resolve("transcripts"), Clock.fixed(Instant.parse("2026-11-21T02:30:00Z"), ZoneOffset.UTC));
    }

    private void write(String... texts) throws IOException {
        try (Transcript transcript = transcripts().open(JOB)) {
            for (String text : texts) {
                transcript.line(text);
            }
        }
    }

    private String content() throws IOException {
        return Files.readString(folder.resolve("transcripts/admin-16.2.log"));
    }

    private List<String> lines() throws IOException {
        try (var lines = transcripts().lines(JOB)) {
            return lines.toList();
        }
    }

    @Test
    @Tag("S10")
    void each_line_has_its_time_in_a_file_named_after_the_job() throws IOException {
        write("begins", "", "\u00fcml \ud83d\ude00\ttab");

        assertThat(content()).isEqualTo(STAMP + "begins\n" + STAMP + "\n" + STAMP + "\u00fcml \ud83d\ude00\ttab\n");
    }

    @Test
    @Tag("S10")
    void a_text_can_t_forge_lines_or_command_a_terminal() throws IOException {
        write("one\n2026-11-21T02:30:00.000Z job 15 ends as completed\r\nthree\rfour\u0085\u2028\u001b[2Jend");

        assertThat(lines())
                .containsExactly(
                        STAMP + "one",
                        " ".repeat(25) + "2026-11-21T02:30:00.000Z job 15 ends as completed",
                        " ".repeat(25) + "three",
                        " ".repeat(25) + "four\\u0085\\u2028\\u001b[2Jend");
    }

    @Test
    @Tag("S10")
    void a_very_long_text_is_cut_and_says_so() throws IOException {
        write("x".repeat(FileTranscript.LONGEST_TEXT + 5));

        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .hasSizeLessThan(FileTranscript.LONGEST_TEXT + 100)
                        .endsWith("xx... (5 characters more)"));
    }

    @Test
    @Tag("S10")
    void opening_again_appends() throws IOException {
        write("one");
        write("two");

        assertThat(lines()).containsExactly(STAMP + "one", STAMP + "two");
    }

    @Test
    @Tag("S10")
    @Tag("Q11")
    void a_line_torn_by_a_crash_doesn_t_spoil_the_next() throws IOException {
        write("one");
        Files.writeString(folder.resolve("transcripts/admin-16.2.log"), STAMP + "to", StandardOpenOption.APPEND);
        assertThat(lines()).containsExactly(STAMP + "one");

        write("three");

        assertThat(lines()).containsExactly(STAMP + "one", STAMP + "to", STAMP + "three");
    }

    @Test
    @Tag("S10")
    void is_followed_page_by_page() throws IOException {
        FileTranscripts transcripts = transcripts();
        assertThat(transcripts.read(JOB, 0)).isEqualTo(new Transcripts.Page(List.of(), 0));
        try (Transcript transcript = transcripts.open(JOB)) {
            transcript.line("one");
            Transcripts.Page first = transcripts.read(JOB, 0);
            assertThat(first.lines()).containsExactly(STAMP + "one");
            assertThat(transcripts.read(JOB, first.nextByte()).lines()).isEmpty();
            transcript.line("two");
            assertThat(transcripts.read(JOB, first.nextByte()).lines()).containsExactly(STAMP + "two");
        }
    }

    @Test
    @Tag("S10")
    void lines_of_many_pages_come_whole_and_in_order() throws IOException {
        int count = 5 * FileTranscripts.PAGE_BYTES / 1000;
        try (Transcript transcript = transcripts().open(JOB)) {
            for (int i = 0; i < count; i++) {
                transcript.line(i + " " + "x".repeat(1000));
            }
        }

        List<String> lines = lines();
        assertThat(lines).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(lines.get(i)).startsWith(STAMP + i + " ").hasSizeGreaterThan(1000);
        }
    }

    @Test
    @Tag("S10")
    void without_transcript_there_are_no_lines() throws IOException {
        assertThat(lines()).isEmpty();
    }

    @Test
    @Tag("S10")
    void says_where_it_can_t_be_written() throws IOException {
        Files.writeString(folder.resolve("transcripts"), "a file, not a folder");

        assertThatThrownBy(() -> transcripts().open(JOB)).isInstanceOfSatisfying(BackupException.class, e -> {
            assertThat(e.code()).isEqualTo(JobFault.TRANSCRIPT_UNWRITABLE);
            assertThat(e.what())
                    .contains(folder.resolve("transcripts/admin-16.2.log").toString());
        });
    }
}
