package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.MemberWarning.What;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that aren't what they were when the image promised them never spoil it. */
@Tag("D4")
class ChangingFilesTest {
    private final Members.Recorder listener = new Members.Recorder();
    private final AtomicInteger open = new AtomicInteger();

    private ImageMember promised(long size, Content content) {
        return ImageMember.file(ByteString.of("f"), Members.attributes(0644), size, () -> counted(content.open()));
    }

    private InputStream counted(InputStream in) {
        open.incrementAndGet();
        return new FilterInputStream(in) {
            @Override
            public void close() throws IOException {
                open.decrementAndGet();
                super.close();
            }
        };
    }

    private List<Members.Seen> imageOf(ImageMember member) throws IOException {
        byte[] tar = Members.image(listener, member, Members.file("next", "whole"));
        List<Members.Seen> seen = Members.read(tar);
        assertThat(seen.get(seen.size() - 1).text()).isEqualTo("whole");
        assertThat(open).hasValue(0);
        assertThat(listener.finished).hasSize(1);
        if (!listener.warnings.isEmpty()) {
            assertThat(new String(tar, US_ASCII))
                    .contains("\n# warning " + listener.warnings.get(0).what().word() + " f\n");
        }
        return seen;
    }

    private void assertWarned(What what, String detail) {
        assertThat(listener.warnings).singleElement().satisfies(warning -> {
            assertThat(warning.what()).isEqualTo(what);
            assertThat(warning.detail()).isEqualTo(detail);
            assertThat(warning.member().path()).hasToString("f");
        });
    }

    @Test
    void a_file_of_the_promised_length_is_no_news() throws IOException {
        assertThat(imageOf(promised(3, Content.of(new byte[3])))).hasSize(2);
        assertThat(listener.warnings).isEmpty();
    }

    @Test
    void a_shorter_file_is_filled_up() throws IOException {
        List<Members.Seen> seen = imageOf(promised(1000, Content.of("abc".getBytes(US_ASCII))));

        assertThat(seen.get(0).text()).isEqualTo("abc" + "\0".repeat(997));
        assertWarned(What.SHRANK, "it ended after 3 of 1000 bytes");
    }

    @Test
    void a_longer_file_is_cut() throws IOException {
        assertThat(imageOf(promised(3, Content.of("abcd".getBytes(US_ASCII))))
                        .get(0)
                        .text())
                .isEqualTo("abc");
        assertWarned(What.GREW, "it is longer than the 3 bytes promised");
    }

    @Test
    void an_empty_file_that_grew_stays_empty() throws IOException {
        assertThat(imageOf(promised(0, Content.of(new byte[1]))).get(0).text()).isEmpty();
        assertWarned(What.GREW, "it is longer than the 0 bytes promised");
    }

    @Test
    void a_file_that_vanished_is_left_out() throws IOException {
        assertThat(imageOf(promised(3, () -> {
                    throw new NoSuchFileException("/f");
                })))
                .hasSize(1);
        assertWarned(What.VANISHED, "it was gone when its turn came");
        assertThat(listener.written).hasSize(1);
    }

    @Test
    void a_file_that_may_not_be_opened_is_left_out() throws IOException {
        assertThat(imageOf(promised(3, () -> {
                    throw new AccessDeniedException("/f");
                })))
                .hasSize(1);
        assertWarned(What.UNOPENED, "opening failed: java.nio.file.AccessDeniedException: /f");
    }

    @Test
    void a_file_that_fails_on_the_way_is_filled_up() throws IOException {
        assertThat(imageOf(promised(6, () -> failingAfter3(new IOException("bad sector"))))
                        .get(0)
                        .text())
                .isEqualTo("abc\0\0\0");
        assertWarned(What.UNREADABLE, "reading failed after 3 bytes: bad sector");
    }

    private static InputStream failingAfter3(IOException failure) {
        return new InputStream() {
            private boolean read;

            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                if (read) {
                    throw failure;
                }
                read = true;
                System.arraycopy("abc".getBytes(US_ASCII), 0, b, off, 3);
                return 3;
            }
        };
    }

    @Test
    void a_name_of_the_images_own_is_left_out() throws IOException {
        ImageMember member = Members.file(".saddlebag/checksums.000009", "forged");
        byte[] tar = Members.image(listener, member);
        assertThat(Members.read(tar)).isEmpty();
        assertThat(listener.warnings).extracting(MemberWarning::what).containsExactly(What.RESERVED);
    }

    @Test
    void a_reader_is_told_of_the_warnings_whatever_the_names() throws IOException {
        List<ByteString> names = List.of(
                ByteString.of("a\nb"), ByteString.of("c\\n\rd"), ByteString.copyOf(new byte[] {(byte) 0xff, '\\'}));
        List<ImageMember> gone = new ArrayList<>();
        for (ByteString name : names) {
            gone.add(ImageMember.file(name, Members.attributes(0644), 1, () -> {
                throw new NoSuchFileException("gone");
            }));
        }
        byte[] tar = Members.image(listener, gone.toArray(ImageMember[]::new));

        List<ByteString> told = new ArrayList<>();
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(tar))) {
            reader.onWarning((what, path) -> {
                assertThat(what).isEqualTo(What.VANISHED);
                told.add(path);
            });
            reader.readAll(member -> {});
        }
        assertThat(told).containsExactlyElementsOf(names);
    }

    @Test
    void a_failure_that_is_not_the_files_own_ends_the_image() {
        for (IOException failure : List.of(
                new BackupException(ImageFault.TRUNCATED, "snapshot lost", "Begin again."),
                new ClosedByInterruptException())) {
            assertThatThrownBy(() -> imageOf(promised(6, () -> failingAfter3(failure))))
                    .isSameAs(failure);
            assertThatThrownBy(() -> imageOf(promised(6, () -> {
                        throw failure;
                    })))
                    .isSameAs(failure);
        }
        assertThat(listener.finished).isEmpty();
        assertThat(listener.warnings).isEmpty();
    }

    @Test
    void a_failed_stream_stays_failed_and_closes_its_file() throws IOException {
        var failure = new BackupException(ImageFault.TRUNCATED, "snapshot lost", "Begin again.");
        try (ImageStream stream = ImageStream.open(
                Members.MANIFEST, ImageSource.of(List.of(promised(6, () -> failingAfter3(failure)))), listener)) {
            assertThatThrownBy(stream::readAllBytes).isSameAs(failure);
            assertThatThrownBy(stream::read).isSameAs(failure);
            assertThat(open).hasValue(1);
        }
        assertThat(open).hasValue(0);
    }

    @Test
    void closing_early_closes_the_file_and_the_source() throws IOException {
        AtomicInteger closed = new AtomicInteger();
        ImageMember member = promised(1_000_000, Content.of(new byte[1_000_000]));
        ImageSource source = new ImageSource() {
            @Override
            public ImageMember next() {
                return member;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        byte[] head;
        try (ImageStream stream = ImageStream.open(Members.MANIFEST, source, listener)) {
            head = stream.readNBytes(5000);
            assertThat(open).hasValue(1);
        }
        assertThat(open).hasValue(0);
        assertThat(closed).hasValue(1);
        assertThatThrownBy(() -> Members.read(new ByteArrayInputStream(head)))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        e -> assertThat(e.is(ImageFault.TRUNCATED)).isTrue());
    }
}
