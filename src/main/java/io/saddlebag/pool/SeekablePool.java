package io.saddlebag.pool;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.media.PoolFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The sections of an image in a pool, one behind the other. */
final class SeekablePool implements SeekableBytes {
    /** A disk with a moving head reads as much in the time that the head takes. */
    private static final long JUMP_BYTES = 2 << 20;

    private final Pool pool;
    private final List<PoolFile> files;

    SeekablePool(Pool pool, List<PoolFile> files) {
        this.pool = pool;
        this.files = new ArrayList<>(files);
    }

    @Override
    public long length() {
        return files.stream().mapToLong(PoolFile::bytes).sum();
    }

    @Override
    public long jumpBytes() {
        return JUMP_BYTES;
    }

    @Override
    public InputStream from(long offset) throws IOException {
        long before = 0;
        for (int i = 0; i < files.size(); i++) {
            PoolFile file = files.get(i);
            if (offset < before + file.bytes()) {
                InputStream first = open(i, offset - before);
                List<PoolFile> behind = files.subList(i + 1, files.size());
                return behind.isEmpty() ? first : followed(first, behind);
            }
            before += file.bytes();
        }
        return InputStream.nullInputStream();
    }

    /** A file that was given another header meanwhile has the same behind it (X10), nearer to its beginning or farther from it. */
    private InputStream open(int index, long from) throws IOException {
        PoolFile file = files.get(index);
        try {
            return pool.files().open(file.path(), file.bytes(), from);
        } catch (BackupException e) {
            if (!e.is(PoolFault.DAMAGED)) {
                throw e;
            }
            PoolFile now = pool.asItIs(file);
            if (from == 0) {
                // whoever reads the header reads what stands behind it by that
                files.set(index, now);
            }
            return pool.files().open(now.path(), now.bytes(), from == 0 ? 0 : from + now.bytes() - file.bytes());
        }
    }

    private InputStream followed(InputStream first, List<PoolFile> behind) {
        List<InputStream> streams = new ArrayList<>(List.of(first));
        streams.add(new PoolInput(pool.opening(), behind));
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    @Override
    public void close() {
        // each stream is closed by who reads it
    }
}
