-- Bookings that were cancelled, or to which nobody came, are a small part of all: an admin who listed them had the whole table
-- read for each page. The index has those alone, so that a booking that is made writes nothing to it.

create index bookings_cancelled_starts_at_idx on bookings (status, starts_at, id)
  where status in ('cancelled', 'no_show');
