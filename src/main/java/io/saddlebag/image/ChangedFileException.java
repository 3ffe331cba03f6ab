package io.saddlebag.image;

import java.io.IOException;

/** A file in which a part of an image ended isn't the same any more, so that the image can't be gone on with there (D6). */
public final class ChangedFileException extends IOException {
    private static final long serialVersionUID = 1;

    ChangedFileException(String what) {
        super(what);
    }
}
