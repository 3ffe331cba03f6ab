package io.saddlebag.restore;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.MemberAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A file whose content is in memory, and was compared with its checksum. */
record SmallFile(
        HostFiles files, RestoredAttributes attributes, Path place, ByteBuffer content, MemberAttributes wanted)
        implements DurableBatch.Making {
    /** Files up to this are made by others while the image is read on. */
    static final int MOST_BYTES = 256 * 1024;

    @Override
    public NewFile make() throws IOException {
        NewFile file = files.create(place);
        boolean made = false;
        try {
            WritableByteChannel channel = file.channel();
            ByteBuffer rest = content.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            attributes.set(file, place, wanted);
            made = true;
            return file;
        } finally {
            if (!made) {
                file.close();
            }
        }
    }
}
