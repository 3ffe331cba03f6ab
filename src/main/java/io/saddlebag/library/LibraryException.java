package io.saddlebag.library;

import io.saddlebag.fault.BackupException;
import org.jspecify.annotations.Nullable;

/** A robot failed or a move was refused. */
public class LibraryException extends BackupException {
    private static final long serialVersionUID = 1L;

    public LibraryException(LibraryFault code, String what, String hint) {
        super(code, what, hint);
    }

    public LibraryException(LibraryFault code, String what, String hint, @Nullable Throwable cause) {
        super(code, what, hint, cause);
    }
}
