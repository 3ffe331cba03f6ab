package io.saddlebag.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A backup runs at the speed of its devices only when no byte is handled alone. */
class LargePiecesTest {
    private static final int FILE_BYTES = 8 << 20;
    private static final int BLOCK_BYTES = 256 << 10;

    @Test
    @Tag("Q1")
    void a_large_file_is_read_in_pieces_as_large_as_the_readers_buffer() throws IOException {
        List<Integer> asked = new ArrayList<>();
        ImageMember file = ImageMember.file(
                ByteString.of("large"), Members.attributes(0600), FILE_BYTES, () -> new Zeros(FILE_BYTES, asked));
        byte[] block = new byte[BLOCK_BYTES];

        try (InputStream image =
                ImageStream.open(Members.MANIFEST, ImageSource.of(List.of(file)), new Members.Recorder())) {
            while (image.readNBytes(block, 0, block.length) == block.length) {
                // the image is only passed through
            }
        }

        // one for each block, one where the header cuts the first, and the look for more than was promised
        assertThat(asked).hasSizeLessThanOrEqualTo(FILE_BYTES / BLOCK_BYTES + 3);
    }

    private static final class Zeros extends InputStream {
        private final List<Integer> asked;
        private int left;

        Zeros(int bytes, List<Integer> asked) {
            this.left = bytes;
            this.asked = asked;
        }

        @Override
        public int read() {
            asked.add(1);
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] b, int off, int len) {
            asked.add(len);
            int n = Math.min(len, left);
            left -= n;
            return n == 0 ? -1 : n;
        }
    }
}
