package io.saddlebag.image;

import io.saddlebag.fault.BackupException;
import org.jspecify.annotations.Nullable;

/** An image, or a layer around it, is not what it should be. */
public class ImageException extends BackupException {
    private static final long serialVersionUID = 1L;

    public ImageException(ImageFault code, String what, String hint) {
        super(code, what, hint);
    }

    public ImageException(ImageFault code, String what, String hint, @Nullable Throwable cause) {
        super(code, what, hint, cause);
    }
}
