package io.saddlebag.volume;

import io.saddlebag.image.SeekableBytes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The sections of one lane of an image, one behind the other. */
final class SeekableSections implements SeekableBytes {
    /** A drive of this century reads as much in the ten seconds or so that a short way along the tape takes. */
    private static final long JUMP_BYTES = 2L << 30;

    private final List<StoredSection> sections;
    private final Opening opening;
    private final Closeable drive;

    /** Opens sections without the first bytes of the first one. */
    interface Opening {
        InputStream open(List<StoredSection> sections, long passOver) throws IOException;
    }

    /** @param drive given back at the end */
    SeekableSections(List<StoredSection> sections, Opening opening, Closeable drive) {
        this.sections = List.copyOf(sections);
        this.opening = opening;
        this.drive = drive;
    }

    /** Whether all blocks but the last are full of the image. */
    static boolean isPlain(StoredSection section) {
        long size = section.blockSize().bytes();
        return section.bytes() <= section.blocks() * size && section.bytes() > (section.blocks() - 1) * size;
    }

    @Override
    public long length() {
        return sections.stream().mapToLong(StoredSection::bytes).sum();
    }

    @Override
    public long jumpBytes() {
        return JUMP_BYTES;
    }

    @Override
    public InputStream from(long offset) throws IOException {
        long before = 0;
        for (int i = 0; i < sections.size(); i++) {
            long bytes = sections.get(i).bytes();
            if (offset < before + bytes) {
                return opening.open(sections.subList(i, sections.size()), offset - before);
            }
            before += bytes;
        }
        return InputStream.nullInputStream();
    }

    @Override
    public void close() throws IOException {
        drive.close();
    }
}
