package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read into buffers outside the heap are the same bytes as those read into arrays. */
@Tag("D7")
@Tag("Q9")
class BuffersOutsideTheHeapTest {
    private static final byte[] CONTENT = noise(300_001);

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    /** A file that is a channel, of which a read yields at most so many bytes. */
    private static Content channel(byte[] content, int most) {
        return () -> new ByteStream() {
            private final ByteBuffer left = ByteBuffer.wrap(content);

            @Override
            public int read(ByteBuffer into) {
                if (!left.hasRemaining()) {
                    return -1;
                }
                int n = Math.min(most, Math.min(left.remaining(), into.remaining()));
                into.put(left.slice(left.position(), n));
                left.position(left.position() + n);
                return n;
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        };
    }

    private static ImageStream image(Content content, int promised) {
        ImageMember file = ImageMember.file(ByteString.of("f"), Members.attributes(0644), promised, content);
        ImageMember empty = Members.file("g", "");
        return ImageStream.open(
                Members.manifest(List.of("tar")), ImageSource.of(List.of(file, empty)), new Members.Recorder());
    }

    private static byte[] readDirect(ByteStream in, int bufferBytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        while (in.read(buffer.clear()) >= 0) {
            byte[] piece = new byte[buffer.flip().remaining()];
            buffer.get(piece);
            all.write(piece);
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 4_096, 262_144, 1_000_003})
    void an_image_is_the_same_into_any_buffer_from_channels_and_streams(int bufferBytes) throws IOException {
        byte[] expected = image(Content.of(CONTENT), CONTENT.length).readAllBytes();
        assertThat(readDirect(image(Content.of(CONTENT), CONTENT.length), bufferBytes))
                .isEqualTo(expected);
        assertThat(readDirect(image(channel(CONTENT, 777), CONTENT.length), bufferBytes))
                .isEqualTo(expected);
        assertThat(image(channel(CONTENT, Integer.MAX_VALUE), CONTENT.length).readAllBytes())
                .isEqualTo(expected);
        assertThat(readDirect(
                        new ReadAhead(image(channel(CONTENT, 70_000), CONTENT.length), Runnable::run), bufferBytes))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8_192, 300_001})
    void what_a_file_lost_is_zeros_also_in_a_buffer_that_held_something(int lost) throws IOException {
        byte[] shorter = new byte[CONTENT.length - lost];
        System.arraycopy(CONTENT, 0, shorter, 0, shorter.length);
        assertThat(readDirect(image(channel(shorter, 5_000), CONTENT.length), 65_536))
                .isEqualTo(image(Content.of(shorter), CONTENT.length).readAllBytes());
    }

    @Test
    @Tag("D4")
    void what_a_failed_read_left_in_the_buffer_is_not_taken_for_content() throws IOException {
        Content failing = () -> new ByteStream() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                into.put("rubbish".getBytes(US_ASCII));
                throw new IOException("a bad sector");
            }

            @Override
            public boolean isOpen() {
                return true;
            }
        };
        byte[] tar = readDirect(image(failing, 100), 65_536);
        assertThat(new String(tar, US_ASCII)).doesNotContain("rubbish").contains("# warning unreadable f");
    }

    @Test
    void the_zstd_layer_is_the_same_into_any_buffer() throws IOException {
        ZstdPolicy policy = new ZstdPolicy(3, 10_000, 3, true);
        try (InputStream heap = new ZstdSeekableInputStream(new ByteArrayInputStream(CONTENT), policy, Runnable::run);
                ZstdSeekableInputStream direct =
                        new ZstdSeekableInputStream(image(Content.of(CONTENT), CONTENT.length), policy, Runnable::run);
                ZstdSeekableInputStream same =
                        new ZstdSeekableInputStream(new ByteArrayInputStream(CONTENT), policy, Runnable::run);
                InputStream again = new ZstdSeekableInputStream(
                        image(Content.of(CONTENT), CONTENT.length), policy, Runnable::run)) {
            assertThat(readDirect(same, 4_097)).isEqualTo(heap.readAllBytes());
            assertThat(readDirect(direct, 4_097)).isEqualTo(again.readAllBytes());
        }
    }
}
