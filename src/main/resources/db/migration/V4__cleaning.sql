-- How often a cleaning cartridge was used, and why it is used no more.
create table cleaning_cartridge (
    barcode text primary key,
    uses    integer not null,
    retired text
);

-- When a drive was cleaned last, or was first looked at; and whether it has asked to be cleaned since.
create table drive_cleaning (
    drive text primary key,
    since text not null,
    asked integer not null
);
