package io.saddlebag.image;

import io.saddlebag.image.MemberWarning.What;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A backup image being made: whoever reads it pulls the members out of the source, as a pax tar (M1, D7;
 * docs/formats/image.md). Memory doesn't grow with the number or the size of members (Q9).
 *
 * <p>A read fills the buffer unless the image ends. Content goes straight from the file into the reader's buffer: large
 * buffers are fast ones. One thread at a time. A failure is final: every later read fails the same way. Closing closes
 * the source and the file being read; an image closed early has no end, and no reader takes it for whole.
 */
public final class ImageStream extends ByteStream {
    /** Read and hashed in one go, bytes: stays in the processor's cache between file's and stream's digest. */
    private static final int CHUNK_BYTES = 256 << 10;

    private static final byte[] NOTHING = {};

    private final ImageSource source;
    private final ImageListener listener;
    private final Instant created;
    private final ChecksumLedger ledger = new ChecksumLedger();
    private final DeletionList deletions;
    private final PartLength partLength;
    private Sha256 streamSha256;
    private final Sha256 fileSha256 = new Sha256();

    private Phase phase = Phase.MEMBERS;
    private byte[] pending;
    private int pendingAt;
    private @Nullable ImageMember current;
    private @Nullable MemberBody body;
    private @Nullable IOException failure;
    private boolean closed;
    private long offset;
    private long currentOffset;
    private int checksums;
    private long members;
    private long files;
    private long dataBytes;
    private long partBegin;
    /** Until an object was asked for, the image's first member, which is none of the source's. */
    private ByteString last = MemberName.MANIFEST;
    /** What the digest of headers began with; empty in the first part. */
    private String chain = "";

    private final FileCut cut;
    private final @Nullable PartInFile resumed;
    /** Comes first in the next part. */
    private @Nullable ImageMember longFile;

    private boolean lastMayEndPart;
    private volatile boolean unbroken;
    private volatile @Nullable PartEnd partEnd;

    private enum Phase {
        MEMBERS,
        PART_CHECKSUMS,
        PART_END,
        LAST_DELETIONS,
        LAST_CHECKSUMS,
        END_BLOCKS,
        END
    }

    private ImageStream(ImageManifest manifest, ImageSource source, ImageListener listener, PartLength partLength) {
        this.source = source;
        this.listener = listener;
        this.created = manifest.created();
        this.partLength = partLength;
        this.deletions = new DeletionList(0);
        this.streamSha256 = new Sha256();
        byte[] json = manifest.toJson();
        ledger.addFile(MemberName.MANIFEST, Sha256.of(json, 0, json.length));
        this.pending = ownMember(MemberName.MANIFEST, json);
        this.lastMayEndPart = true;
        this.cut = new FileCut(partLength);
        this.resumed = null;
    }

    private ImageStream(
            PartEnd behind, Instant created, ImageSource source, ImageListener listener, PartLength partLength) {
        this.source = source;
        this.listener = listener;
        this.created = created;
        this.partLength = partLength;
        this.deletions = new DeletionList(behind.deletions());
        this.streamSha256 = Sha256.behind(behind.chain());
        this.pending = NOTHING;
        this.offset = behind.offset();
        this.partBegin = behind.offset();
        this.checksums = behind.checksums();
        this.members = behind.members();
        this.files = behind.files();
        this.dataBytes = behind.dataBytes();
        this.last = behind.last();
        this.chain = behind.chain();
        this.cut = new FileCut(partLength);
        this.resumed = behind.within();
    }

    /** The tar stream alone. Nothing is read from the source before the first read. */
    public static ImageStream open(ImageManifest manifest, ImageSource source, ImageListener listener) {
        return new ImageStream(manifest, source, listener, PartLength.ENDLESS);
    }

    /** As {@link #open(ImageManifest, ImageSource, ImageListener)}, in parts: see {@link #partEnd}. */
    static ImageStream inParts(
            ImageManifest manifest, ImageSource source, ImageListener listener, PartLength partLength) {
        return new ImageStream(manifest, source, listener, partLength);
    }

    /**
     * Goes on with an image.
     *
     * @param source what comes behind {@link PartEnd#last}
     */
    static ImageStream goOn(
            PartEnd behind, Instant created, ImageSource source, ImageListener listener, PartLength partLength) {
        return new ImageStream(behind, created, source, listener, partLength);
    }

    /** Once the stream has ended: what it ended with, when that was a part only; null when it was the image. */
    @Nullable
    PartEnd partEnd() {
        return partEnd;
    }

    /** Goes on behind a part: the stream yields bytes again. */
    void nextPart() {
        if (partEnd == null) {
            throw new IllegalStateException("no part has ended");
        }
        partEnd = null;
        partBegin = offset;
        phase = Phase.MEMBERS;
        if (body != null) {
            cut.nextPart(offset);
        }
    }

    /** From now on nothing ends but the image. */
    void withoutFurtherParts() {
        unbroken = true;
    }

    /**
     * The tar stream in its layers.
     *
     * @param executor compresses; may be any, also one that refuses: the reading thread then does the work itself
     */
    public static InputStream open(
            ImageManifest manifest,
            ImageSource source,
            ImageListener listener,
            Compression compression,
            Executor executor) {
        return open(manifest, source, listener, compression, Encryption.NONE, executor);
    }

    /** As {@link #open(ImageManifest, ImageSource, ImageListener, Compression, Executor)}, encrypted (X10). */
    public static InputStream open(
            ImageManifest manifest,
            ImageSource source,
            ImageListener listener,
            Compression compression,
            Encryption encryption,
            Executor executor) {
        List<String> layers = Layers.names(compression, encryption);
        if (!manifest.layers().equals(layers)) {
            throw new IllegalArgumentException("the manifest says " + manifest.layers() + ", not " + layers);
        }
        return Layers.apply(open(manifest, source, listener), compression, encryption, executor);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (failure != null) {
            throw failure;
        }
        int from = into.position();
        int limit = into.limit();
        try {
            while (into.position() < limit) {
                into.limit(Math.min(limit, into.position() + CHUNK_BYTES));
                boolean more = step(into);
                if (!more) {
                    return into.position() == from ? -1 : into.position() - from;
                }
            }
        } catch (IOException | RuntimeException e) {
            failure = e instanceof IOException io ? io : new IOException("the image stream failed before", e);
            throw e;
        } finally {
            into.limit(limit);
        }
        return limit - from;
    }

    /** Hands out some bytes, or only gets on with the work; false at the end. */
    private boolean step(ByteBuffer into) throws IOException {
        if (pendingAt < pending.length) {
            int n = Math.min(into.remaining(), pending.length - pendingAt);
            into.put(pending, pendingAt, n);
            pendingAt += n;
            offset += n;
        } else if (body != null) {
            if (offset >= cut.place() && endsPartWithin(body)) {
                return false;
            }
            into.limit(into.position() + (int) Math.min(into.remaining(), cut.place() - offset));
            int n = body.read(into);
            if (n < 0) {
                finishBody(body);
            }
            offset += Math.max(n, 0);
        } else {
            return advance();
        }
        return true;
    }

    /** Headers and padding; contents are proven by their own digests and are not hashed twice. */
    private void pendHashed(byte[] bytes) {
        streamSha256.update(bytes, 0, bytes.length);
        pend(bytes);
    }

    private void pend(byte[] bytes) {
        pending = bytes;
        pendingAt = 0;
    }

    private void finishBody(MemberBody finished) throws IOException {
        body = null;
        String sha256 = finished.finish();
        ImageMember member = Objects.requireNonNull(current);
        ledger.addFile(member.path(), sha256);
        files++;
        dataBytes += member.dataBytes();
        pendHashed(new byte[TarBlock.padding(member.dataBytes())]);
        finishMember(member, sha256);
    }

    private void finishMember(ImageMember member, @Nullable String sha256) throws IOException {
        current = null;
        members++;
        listener.written(new WrittenMember(member, currentOffset, sha256));
    }

    private boolean advance() throws IOException {
        switch (phase) {
            case MEMBERS -> nextMember();
            case PART_CHECKSUMS -> {
                pend(checksumsMember(ChecksumLedger.PART + "\n"));
                phase = Phase.PART_END;
            }
            case PART_END -> {
                partEnd = endPart();
                return false;
            }
            case LAST_DELETIONS -> {
                pend(deletions.isEmpty() ? NOTHING : deletionsMember());
                phase = Phase.LAST_CHECKSUMS;
            }
            case LAST_CHECKSUMS -> {
                pend(checksumsMember(ChecksumLedger.endLine(members, files, dataBytes)));
                phase = Phase.END_BLOCKS;
            }
            case END_BLOCKS -> {
                pend(new byte[TarBlock.END_BLOCKS * TarBlock.BYTES]);
                phase = Phase.END;
                listener.finished(new ImageSummary(members, files, dataBytes, offset + pending.length));
            }
            case END -> {
                return false;
            }
        }
        return true;
    }

    private void nextMember() throws IOException {
        if (current != null) {
            finishMember(current, null);
        }
        if (ledger.isFull()) {
            pend(checksumsMember(""));
            return;
        }
        if (deletions.isFull()) {
            pend(deletionsMember());
            return;
        }
        if (lastMayEndPart && !unbroken && partLength.isReached(partBegin, offset)) {
            pendPartEnd();
            return;
        }
        ImageMember member = longFile == null ? source.next() : longFile;
        if (member != null && endsPartBefore(member)) {
            longFile = member;
            pendPartEnd();
            return;
        }
        longFile = null;
        take(member);
    }

    private void pendPartEnd() throws IOException {
        pend(deletions.isEmpty() ? NOTHING : deletionsMember());
        phase = Phase.PART_CHECKSUMS;
    }

    /** @param member null when there are no more */
    private void take(@Nullable ImageMember member) throws IOException {
        // not behind a deletion: where its like go on can't be told by the order of the walk
        lastMayEndPart = member != null && member.type() != MemberType.DELETED;
        if (lastMayEndPart) {
            last = Objects.requireNonNull(member).path();
        }
        if (member == null) {
            phase = Phase.LAST_DELETIONS;
        } else if (member.isOwn()) {
            warn(member, What.RESERVED, "images use names in " + MemberName.OWN + " themselves");
        } else if (member.type() == MemberType.DELETED) {
            deletions.add(member.path());
            listener.written(new WrittenMember(member, offset, null));
        } else if (member.type() == MemberType.SOCKET) {
            warnIfIncomplete(member);
            ledger.addSocket(member.path());
            listener.written(new WrittenMember(member, offset, null));
        } else if (member.type() != MemberType.FILE || openBody(member)) {
            warnIfIncomplete(member);
            current = member;
            currentOffset = offset;
            pendHashed(MemberHeader.of(member));
            prepareCut(member);
        }
    }

    private boolean endsPartBefore(ImageMember member) {
        return lastMayEndPart
                && !unbroken
                && member.type() == MemberType.FILE
                && partLength.isOverrun(partBegin, offset, member.dataBytes());
    }

    private void prepareCut(ImageMember member) {
        boolean first = offset == partBegin && !chain.isEmpty() && ledger.isEmpty() && deletions.isEmpty();
        if (body != null && first && !member.content().identity().isEmpty()) {
            cut.inFile(pending, partBegin, offset + pending.length, body);
        } else {
            cut.never();
        }
    }

    /**
     * Goes on within a file, if the part before ended in one.
     *
     * @throws ChangedFileException when it isn't the same any more
     */
    void resume() throws IOException {
        PartInFile from = resumed;
        if (from == null || body != null) {
            return;
        }
        ImageMember member = from.requireSame(source.next(), last);
        try {
            body = new MemberBody(member, member.content().open(), listener, ledger, fileSha256);
            from.reread(body, fileSha256, member.path());
        } catch (IOException e) {
            MemberBody.rethrowUnlessOfFile(e);
            throw PartInFile.other(member.path());
        }
        byte[] headers = from.headers().toBytes();
        streamSha256.update(headers, 0, headers.length);
        current = member;
        currentOffset = from.member();
        lastMayEndPart = true;
        cut.inFile(from, partBegin, body);
    }

    /** Asked again, it is the same. */
    private boolean endsPartWithin(MemberBody open) {
        if (partEnd == null && (unbroken || open.isPadded())) {
            cut.never();
            return false;
        }
        if (partEnd == null) {
            String identity = Objects.requireNonNull(current).content().identity();
            partEnd = partEnd(cut.end(currentOffset, offset, fileSha256, identity));
        }
        return true;
    }

    private PartEnd partEnd(@Nullable PartInFile within) {
        return new PartEnd(offset, checksums, deletions.members(), members, files, dataBytes, chain, last, within);
    }

    /** Opened before its header is written, so that a file that isn't there leaves no trace in the tar. */
    private boolean openBody(ImageMember member) throws IOException {
        try {
            body = new MemberBody(member, member.content().open(), listener, ledger, fileSha256);
            return true;
        } catch (NoSuchFileException e) {
            warn(member, What.VANISHED, "it was gone when its turn came");
        } catch (IOException e) {
            MemberBody.rethrowUnlessOfFile(e);
            warn(member, What.UNOPENED, "opening failed: " + e);
        }
        return false;
    }

    private void warnIfIncomplete(ImageMember member) throws IOException {
        String unread = member.attributes().unread();
        if (unread != null) {
            warn(member, What.INCOMPLETE, unread);
        }
    }

    private void warn(ImageMember member, What what, String detail) throws IOException {
        MemberWarning warning = new MemberWarning(member, what, detail);
        ledger.addWarning(warning);
        listener.warning(warning);
    }

    private byte[] checksumsMember(String end) {
        checksums++;
        return ownMember(
                MemberName.checksums(checksums),
                ledger.takeMember(offset, streamSha256.copy().finish(), end));
    }

    /** Asked again, it is the same. */
    private PartEnd endPart() {
        PartEnd ended = partEnd;
        if (ended != null) {
            return ended;
        }
        chain = streamSha256.finish();
        streamSha256 = Sha256.behind(chain);
        lastMayEndPart = false;
        return partEnd(null);
    }

    private byte[] deletionsMember() {
        ByteString path = MemberName.deleted(deletions.next());
        byte[] names = deletions.take();
        ledger.addFile(path, Sha256.of(names, 0, names.length));
        return ownMember(path, names);
    }

    private byte[] ownMember(ByteString path, byte[] content) {
        return OwnMember.of(path, content, created, streamSha256);
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (failure == null) {
            failure = new IOException("the image stream is closed");
        }
        MemberBody open = body;
        body = null;
        pending = NOTHING;
        try (source) {
            if (open != null) {
                open.close();
            }
        }
    }
}
