"""Who there is: units (đơn vị), people, their roles, the clock they live by, and sign-in.

- `models`: Installation, Unit, User, Membership
- `choices`: Role, UnitKind
- `clock`: the one place that reads the clock; the demo's clock is an offset
- `sign_in`: how allauth signs people in
- `requests`: the request a signed-in view gets
"""
