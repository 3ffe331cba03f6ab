package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An image is the same whether its small files were read when their turn came or before. */
final class SmallFilesAheadTest {
    private static final int MANY = 1000;
    private static final long SEED = 11;

    private final AtomicInteger opened = new AtomicInteger();

    @Test
    @Tag("D7")
    void images_of_any_members_are_the_same_with_workers_and_without() throws IOException {
        List<ImageMember> members = Members.random(new Random(SEED), 300);
        byte[] plain = imageOf(ImageSource.of(members), new Members.Recorder());
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            for (Executor executor : List.<Executor>of(workers, never -> {}, Runnable::run)) {
                assertThat(imageOf(new SmallFilesAhead(ImageSource.of(members), executor), new Members.Recorder()))
                        .as("seed %d", SEED)
                        .isEqualTo(plain);
            }
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    @Tag("D4")
    void files_that_changed_are_told_of_in_the_same_words() throws IOException {
        List<ImageMember> members = List.of(
                promised("whole", 3, Content.of(bytes("abc"))),
                promised("shorter", 9, Content.of(bytes("abc"))),
                promised("longer", 2, Content.of(bytes("abc"))),
                promised("empty and longer", 0, Content.of(bytes("abc"))),
                promised("gone", 3, () -> {
                    throw new NoSuchFileException("gone");
                }),
                promised("forbidden", 3, () -> {
                    throw new AccessDeniedException("forbidden");
                }),
                promised(
                        "damaged", 6, () -> new SequenceInputStream(new ByteArrayInputStream(bytes("abc")), failing())),
                promised("closed badly", 3, () -> new ByteArrayInputStream(bytes("abc")) {
                    @Override
                    public void close() throws IOException {
                        throw new IOException("closing failed");
                    }
                }),
                promised("last", 3, Content.of(bytes("abc"))));
        Members.Recorder plain = new Members.Recorder();
        Members.Recorder ahead = new Members.Recorder();

        byte[] expected = imageOf(ImageSource.of(members), plain);
        byte[] image = imageOf(new SmallFilesAhead(ImageSource.of(members), Runnable::run), ahead);

        assertThat(image).isEqualTo(expected);
        assertThat(texts(ahead)).isEqualTo(texts(plain)).hasSize(6);
    }

    @Test
    @Tag("Q9")
    void reads_no_more_ahead_than_it_may_hold() throws IOException {
        ImageSource small = counted(1);
        try (SmallFilesAhead ahead = new SmallFilesAhead(small, Runnable::run)) {
            ahead.next();
            assertThat(opened).hasValue(SmallFilesAhead.MOST_MEMBERS);
        }
        opened.set(0);
        int size = SmallFilesAhead.MOST_FILE_BYTES;
        try (SmallFilesAhead ahead = new SmallFilesAhead(counted(size), Runnable::run)) {
            ahead.next();
            assertThat(opened).hasValue((int) (SmallFilesAhead.MOST_BYTES / size));
        }
        opened.set(0);
        try (SmallFilesAhead ahead = new SmallFilesAhead(counted(size + 1), Runnable::run)) {
            ahead.next();
            assertThat(opened).as("files of more are read in their turn").hasValue(0);
        }
    }

    @Test
    @Tag("D4")
    void a_source_that_fails_does_so_behind_what_it_gave() throws IOException {
        Iterator<ImageMember> some =
                List.of(Members.file("a", "1"), Members.file("b", "2")).iterator();
        try (SmallFilesAhead ahead = new SmallFilesAhead(
                () -> {
                    if (some.hasNext()) {
                        return some.next();
                    }
                    throw new IOException("the tree broke");
                },
                Runnable::run)) {
            assertThat(ahead.next()).isNotNull();
            assertThat(ahead.next()).isNotNull();
            assertThatThrownBy(ahead::next).hasMessage("the tree broke");
            assertThatThrownBy(ahead::next).hasMessage("the tree broke");
        }
    }

    private ImageSource counted(int size) {
        return ImageSource.of(IntStream.range(0, MANY)
                .mapToObj(i -> promised("f" + i, size, () -> {
                    opened.incrementAndGet();
                    return new ByteArrayInputStream(new byte[size]);
                }))
                .toList());
    }

    private static ImageMember promised(String name, long size, Content content) {
        return ImageMember.file(ByteString.of(name), Members.attributes(0644), size, content);
    }

    private static InputStream failing() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("bad sector");
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] imageOf(ImageSource source, ImageListener listener) throws IOException {
        try (ImageStream stream = ImageStream.open(Members.MANIFEST, source, listener)) {
            return stream.readAllBytes();
        }
    }

    private static List<String> texts(Members.Recorder recorder) {
        List<String> texts = new ArrayList<>();
        for (MemberWarning warning : recorder.warnings) {
            texts.add(warning.member().path() + " " + warning.what() + " " + warning.detail());
        }
        return texts;
    }
}
