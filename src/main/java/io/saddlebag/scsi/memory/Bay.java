package io.saddlebag.scsi.memory;

/** Where a simulated changer puts media into a simulated drive. Media are known by name. */
public interface Bay {
    /** A drive that takes everything and holds nothing fast. */
    Bay SHELF = new Bay() {
        @Override
        public void insert(String medium) {}

        @Override
        public void remove() {}

        @Override
        public boolean releases() {
            return true;
        }
    };

    void insert(String medium);

    void remove();

    /** The drive has let go of its medium, so that the robot can take it. */
    boolean releases();
}
