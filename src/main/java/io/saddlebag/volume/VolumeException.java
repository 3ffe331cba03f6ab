package io.saddlebag.volume;

import io.saddlebag.fault.BackupException;
import org.jspecify.annotations.Nullable;

/** A volume can't be used as asked. */
public final class VolumeException extends BackupException {
    private static final long serialVersionUID = 1L;

    public VolumeException(VolumeFault code, String what, String hint) {
        super(code, what, hint);
    }

    public VolumeException(VolumeFault code, String what, String hint, @Nullable Throwable cause) {
        super(code, what, hint, cause);
    }
}
