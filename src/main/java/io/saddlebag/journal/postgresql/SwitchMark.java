package io.saddlebag.journal.postgresql;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server was like when we had it end a segment. As long as it writes the one that it began then, and no transaction has ended since,
 * that one holds nothing but the server's own notes: else an idle server would be made to fill a segment at each pass. One that is lost costs
 * a segment.
 *
 * @param begun the segment that it began
 * @param ended which transactions had ended before
 */
record SwitchMark(String begun, String ended) {
    private static final int MOST_BYTES = 1 << 16;
    private static final String FORM = "saddlebag-switch-1";

    void write(HostFiles files, Path to) throws IOException {
        byte[] text = (FORM + "\n" + begun + "\n" + ended + "\n").getBytes(StandardCharsets.UTF_8);
        try (NewFile file = files.create(to)) {
            ByteBuffer left = ByteBuffer.wrap(text);
            while (left.hasRemaining()) {
                file.channel().write(left);
            }
            file.replace();
        }
    }

    /** Empty when there is none, or what is there isn't one. */
    static Optional<SwitchMark> read(HostFiles files, Path from) throws IOException {
        try (SeekableByteChannel channel = files.openRead(from);
                InputStream in = Channels.newInputStream(channel)) {
            String[] lines = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).split("\n", -1);
            return lines.length == 4 && lines[0].equals(FORM)
                    ? Optional.of(new SwitchMark(lines[1], lines[2]))
                    : Optional.empty();
        } catch (BackupException e) {
            if (e.is(FileFault.VANISHED)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
