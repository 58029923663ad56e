"""chiso (chỉ số): runs an administrative-reform index from plan to published decision."""
