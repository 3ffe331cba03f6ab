package io.saddlebag.app;

import io.saddlebag.volume.OperatorDesk;
import java.io.IOException;

/** For one of several readers of a job: it waits for people, and not for drives, since another reader may have one. */
record ImpatientDesk(OperatorDesk desk) implements OperatorDesk {
    static OperatorDesk of(OperatorDesk desk) {
        return new ImpatientDesk(desk);
    }

    @Override
    public void needVolume(String what) throws IOException, InterruptedException {
        desk.needVolume(what);
    }

    @Override
    public boolean acceptsLabel(String what) throws IOException, InterruptedException {
        return desk.acceptsLabel(what);
    }

    @Override
    public OperatorDesk with(Check check) {
        return of(desk.with(check));
    }
}
