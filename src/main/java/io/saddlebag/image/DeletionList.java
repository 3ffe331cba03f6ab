package io.saddlebag.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The paths of a member {@code .saddlebag/deleted.NNNNNN} to come, each with a NUL behind it (D2). */
final class DeletionList {
    /** A member is begun when its paths are as long, bytes. */
    static final int FULL_BYTES = 1 << 20;

    private final ByteArrayOutputStream paths = new ByteArrayOutputStream();
    private int members;

    /** @param before how many members the image has already */
    DeletionList(int before) {
        this.members = before;
    }

    /** How many members there are. */
    int members() {
        return members;
    }

    void add(ByteString path) {
        paths.writeBytes(path.shared());
        paths.write(0);
    }

    boolean isEmpty() {
        return paths.size() == 0;
    }

    boolean isFull() {
        return paths.size() >= FULL_BYTES;
    }

    /** The number of the next member, from 1. */
    int next() {
        return ++members;
    }

    /** The content of a member, after which it begins anew. */
    byte[] take() {
        byte[] taken = paths.toByteArray();
        paths.reset();
        return taken;
    }

    /** Reads a member's content to its end. */
    static void read(ByteString member, InputStream content, DeletionSink sink) throws IOException {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 << 10];
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            for (int i = 0; i < n; i++) {
                if (buffer[i] == 0) {
                    sink.deleted(checked(member, ByteString.copyOf(path.toByteArray())));
                    path.reset();
                } else if (path.size() == ImageMember.MAX_NAME_BYTES) {
                    throw bad(member, "is longer than " + ImageMember.MAX_NAME_BYTES + " bytes");
                } else {
                    path.write(buffer[i]);
                }
            }
        }
        if (path.size() > 0) {
            throw bad(member, "has no NUL behind it");
        }
    }

    private static ByteString checked(ByteString member, ByteString path) throws ImageException {
        String fault = MemberName.faultOf(path);
        if (fault != null) {
            throw bad(member, fault);
        }
        return path;
    }

    private static ImageException bad(ByteString member, String fault) {
        return new ImageException(
                ImageFault.BAD_NAME,
                member + " lists a path that " + fault,
                "Read another copy of the image, or extract this one with tar.");
    }
}
