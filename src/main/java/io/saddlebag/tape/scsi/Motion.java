package io.saddlebag.tape.scsi;

import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How a drive is moved, and how it is known where it stands. */
interface Motion {
    TapePosition position() throws IOException;

    /** @throws TapeException {@link TapeFault#POSITION_REFUSED} when that is behind the end of data */
    void locate(BlockAddress at) throws IOException;

    void spaceFilemarks(int count) throws IOException;

    void spaceToEndOfData() throws IOException;

    /** Where the tape stands as far as it is known without asking; null when it isn't. */
    @Nullable
    BlockAddress expected();

    /** The tape is at its beginning. */
    void rewound();

    /** So many objects were passed or written since. */
    void passed(int objects);
}
