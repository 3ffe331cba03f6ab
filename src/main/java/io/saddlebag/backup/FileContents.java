package io.saddlebag.backup;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteStream;
import io.saddlebag.image.Content;
import io.saddlebag.image.SparseMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;

/** What files hold, opened when an image comes to them. A failure is told as one of the file, not of the image. */
final class FileContents {
    private final HostFiles files;

    FileContents(HostFiles files) {
        this.files = files;
    }

    Content of(Path frozen) {
        return () -> {
            try {
                return new OneFile(files.openRead(frozen));
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        };
    }

    /** @param status by which it is told whether the file is the same later */
    Content of(Path frozen, FileStatus status) {
        return new Identified(of(frozen), identity(status));
    }

    Content of(Path frozen, SparseMap sparse, FileStatus status) {
        Content pieces = () -> {
            try {
                return new PiecesOfFile(files.openRead(frozen), sparse, status.sizeBytes());
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        };
        return new Identified(
                pieces,
                identity(status) + ", " + sparse.pieces().size() + " pieces of " + sparse.dataBytes() + " bytes, "
                        + Integer.toHexString(sparse.pieces().hashCode()));
    }

    /** Writing changes the time of change, whatever else is set back. */
    private static String identity(FileStatus status) {
        return "inode " + status.key().inode() + ", " + status.sizeBytes() + " bytes, modified "
                + status.times().modified() + ", changed " + status.times().changed();
    }

    private record Identified(Content content, String identity) implements Content {
        @Override
        public InputStream open() throws IOException {
            return content.open();
        }
    }

    /** Whether others may be readable still (D4), as they aren't when whoever reads them is gone. */
    static boolean isOfOneFile(BackupException e) {
        return e.is(FileFault.VANISHED)
                || e.is(FileFault.PERMISSION)
                || e.is(FileFault.IO_ERROR)
                || e.is(FileFault.WRONG_TYPE)
                || e.is(FileFault.UNSUPPORTED);
    }

    /** The image stream takes a plain failure as one of this file only, and another as its own end. */
    static IOException ofThisFile(BackupException e) {
        if (!isOfOneFile(e)) {
            return e;
        }
        if (e.is(FileFault.VANISHED)) {
            NoSuchFileException gone = new NoSuchFileException(e.what());
            gone.initCause(e);
            return gone;
        }
        return new IOException(e.what(), e);
    }

    /** The pieces of a sparse file, one behind the other; then what is there beyond the length that was promised. */
    private static final class PiecesOfFile extends ByteStream {
        private final SeekableByteChannel file;
        private final Iterator<SparseMap.Piece> rest;
        private final long size;
        private long end;
        private boolean beyond;

        PiecesOfFile(SeekableByteChannel file, SparseMap map, long size) {
            this.file = file;
            this.rest = map.pieces().iterator();
            this.size = size;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            try {
                if (!beyond && file.position() >= end) {
                    nextPiece();
                }
                int limit = into.limit();
                if (!beyond) {
                    into.limit((int) Math.min(limit, into.position() + end - file.position()));
                }
                int n = file.read(into);
                into.limit(limit);
                return n;
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        }

        private void nextPiece() throws IOException {
            if (rest.hasNext()) {
                SparseMap.Piece piece = rest.next();
                file.position(piece.offset());
                end = piece.end();
            } else {
                file.position(size);
                beyond = true;
            }
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static final class OneFile extends ByteStream {
        private final SeekableByteChannel file;

        OneFile(SeekableByteChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            try {
                return file.read(into);
            } catch (BackupException e) {
                throw ofThisFile(e);
            }
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
